import KeyModel

/// Percent encoding as AWS signatures want it: all but the unreserved characters of RFC 3986 as `%XX` with upper-case
/// digits.
enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Whether a byte stands for itself.
  static func isUnreserved(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
  }

  /// The encoded bytes; slashes are kept in a path.
  static func encode(_ bytes: some Sequence<UInt8>, keepingSlash: Bool = false) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes {
      if isUnreserved(byte) || (keepingSlash && byte == UInt8(ascii: "/")) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return result
  }

  /// Adds the encoded bytes to a secret, which has three times their count of room.
  static func append(_ bytes: UnsafeRawBufferPointer, to secret: inout SecretBytes) {
    for byte in bytes {
      if isUnreserved(byte) {
        secret.append(byte)
      } else {
        secret.append(UInt8(ascii: "%"))
        secret.append(digits[Int(byte >> 4)])
        secret.append(digits[Int(byte & 15)])
      }
    }
  }
}
