import KeyModel

/// One header line of a request that holds a secret. It stands in wiped memory and is lent to libcurl, which writes it
/// into its request buffer and keeps no other copy: CURLOPT_XOAUTH2_BEARER and curl_slist_append(3) would make copies
/// that nobody wipes. It is a box, because what cannot be copied cannot be part of a request; it never changes, which is
/// why it may cross threads.
package final class SecretHeader: @unchecked Sendable {
  /// The line, and the NUL that ends it.
  private let line: SecretBytes

  /// `NAME: PREFIX SECRET`; nil where the secret has a byte that is no visible ASCII character, which would be another
  /// header or none (RFC 9110, section 5.5).
  package init?(_ name: String, prefix: String, secret: borrowing SecretBytes) {
    guard secret.count > 0, secret.withBytes({ $0.allSatisfy { (33...126).contains($0) } }) else { return nil }
    let start = "\(name): \(prefix)"
    var line = SecretBytes(capacity: start.utf8.count + secret.count + 1)
    line.append(contentsOf: start.utf8)
    secret.withBytes { line.append(contentsOf: $0) }
    line.append(0)
    self.line = line
  }

  /// Lends the line as a C string.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    line.withBytes { bytes in
      guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { preconditionFailure("the line is empty") }
      return body(start)
    }
  }
}
