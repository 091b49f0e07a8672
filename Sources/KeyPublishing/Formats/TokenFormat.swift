import KeyModel

/// The key alone, without a newline: what readers of token files expect.
func renderToken(_ key: borrowing SecretBytes) -> SecretBytes {
  var text = SecretBytes(capacity: key.count)
  text.append(key)
  return text
}
