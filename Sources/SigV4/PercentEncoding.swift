import KeyModel

/// Percent encoding as AWS signatures want it: all but the unreserved characters of RFC 3986 as `%XX` with upper-case
/// digits.
enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Whether a byte stands for itself.
  static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
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
    // Raw memory is not checked in a release build.
    precondition(secret.capacity - secret.count >= bytes.count * 3, "no room left in a secret")
    let digits = digits
    _ = secret.fill(upTo: bytes.count * 3) { room in
      var written = 0
      for byte in bytes {
        if isUnreserved(byte) {
          room[written] = byte
          written += 1
        } else {
          room[written] = UInt8(ascii: "%")
          room[written + 1] = digits[Int(byte >> 4)]
          room[written + 2] = digits[Int(byte & 15)]
          written += 3
        }
      }
      return written
    }
  }
}
