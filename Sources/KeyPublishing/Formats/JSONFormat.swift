import KeyModel

/// `{"token","expires_at","region","type"}` and a newline; `expires_at` is RFC 3339 UTC, null for a key that never
/// expires. Nothing needs escaping: a key consists of `[A-Za-z0-9+/=-]`, a region is a host label.
func renderJSON(_ key: borrowing SecretBytes, _ receipt: KeyReceipt) -> SecretBytes {
  let expires = receipt.expires.map { "\"\($0.rfc3339)\"" } ?? "null"
  let head = "{\"token\":\""
  let tail = "\",\"expires_at\":\(expires),\"region\":\"\(receipt.region)\",\"type\":\"\(receipt.type.rawValue)\"}\n"
  var text = SecretBytes(capacity: head.utf8.count + key.count + tail.utf8.count)
  text.append(contentsOf: head.utf8)
  text.append(key)
  text.append(contentsOf: tail.utf8)
  return text
}
