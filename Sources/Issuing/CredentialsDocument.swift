import AWSCredentials
import KeyModel

/// Credentials as a credential_process prints them, in wiped memory: Version 1, AccessKeyId, SecretAccessKey, and
/// SessionToken and Expiration where there are any
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html). It ends in a newline.
package func credentialProcessDocument(_ credentials: borrowing Credentials) -> SecretBytes {
  let longest = credentials.keys.secretAccessKey.count + credentials.keys.sessionToken.count
  // An escaped byte takes up to six characters.
  var document = SecretBytes(capacity: 6 * (longest + credentials.keys.accessKeyID.utf8.count) + 256)
  document.append(contentsOf: "{\"Version\": 1, \"AccessKeyId\": \"".utf8)
  appendEscaped(credentials.keys.accessKeyID.utf8, to: &document)
  document.append(contentsOf: "\", \"SecretAccessKey\": \"".utf8)
  credentials.keys.secretAccessKey.withBytes { appendEscaped($0, to: &document) }
  if credentials.keys.isTemporary {
    document.append(contentsOf: "\", \"SessionToken\": \"".utf8)
    credentials.keys.sessionToken.withBytes { appendEscaped($0, to: &document) }
  }
  if let expiration = credentials.expiration {
    document.append(contentsOf: "\", \"Expiration\": \"\(expiration.rfc3339)".utf8)
  }
  document.append(contentsOf: "\"}\n".utf8)
  return document
}

/// Adds the characters of a JSON string (RFC 8259, section 7).
private func appendEscaped(_ bytes: some Sequence<UInt8>, to document: inout SecretBytes) {
  let digits = Array("0123456789abcdef".utf8)
  for byte in bytes {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      document.append(UInt8(ascii: "\\"))
      document.append(byte)
    case 0..<0x20:
      document.append(contentsOf: "\\u00".utf8)
      document.append(digits[Int(byte >> 4)])
      document.append(digits[Int(byte & 15)])
    default: document.append(byte)
    }
  }
}
