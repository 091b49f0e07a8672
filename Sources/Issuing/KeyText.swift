import KeyModel

/// Finds and opens the text of API keys.
enum KeyText {
  /// What long-term keys begin with (AmazonBedrock user guide, "API keys").
  static let longTermPrefix = "ABSK"

  /// The first key within text: all of a token file, a value of an env or JSON file, a bearer of a header. A key begins
  /// with one of the prefixes, where no word goes on, and ends where base64 ends. The result is the prefix and the base64
  /// that follows it; nil where there is none.
  static func find(in text: borrowing SecretBytes) -> (prefix: String, base64: Range<Int>)? {
    let prefixes = KeyFamily.allCases.map { KeyFamilyForm.of($0).prefix } + [longTermPrefix]
    return text.withBytes { bytes in
      for start in bytes.indices where start == 0 || !isWord(bytes[start - 1]) {
        for prefix in prefixes where bytes[start...].starts(with: prefix.utf8) {
          let body = start + prefix.utf8.count
          let end = bytes[body...].firstIndex { !isBase64($0) } ?? bytes.endIndex
          guard end > body, end == bytes.endIndex || !isWord(bytes[end]) else { continue }
          return (prefix, body..<end)
        }
      }
      return nil
    }
  }

  /// The bytes of standard base64 with its padding (RFC 4648, section 4); nil for anything else.
  static func decode(_ text: borrowing SecretBytes, _ range: Range<Int>) -> SecretBytes? {
    guard range.count % 4 == 0 else { return nil }
    var decoded = SecretBytes(capacity: range.count / 4 * 3)
    let isWhole = text.withBytes { bytes in
      var (group, count) = (UInt32(0), 0)
      let padding = bytes[range].reversed().prefix { $0 == UInt8(ascii: "=") }.count
      guard padding <= 2 else { return false }
      for byte in bytes[range].dropLast(padding) {
        guard let value = value(of: byte) else { return false }
        group = group << 6 | value
        count += 1
        guard count == 4 else { continue }
        for shift in [16, 8, 0] { decoded.append(UInt8(truncatingIfNeeded: group >> UInt32(shift))) }
        (group, count) = (0, 0)
      }
      if count == 3 {
        decoded.append(UInt8(truncatingIfNeeded: group >> 10))
        decoded.append(UInt8(truncatingIfNeeded: group >> 2))
      }
      if count == 2 { decoded.append(UInt8(truncatingIfNeeded: group >> 4)) }
      return count != 1
    }
    guard isWhole else { return nil }
    return decoded
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  private static func isBase64(_ byte: UInt8) -> Bool { value(of: byte) != nil || byte == UInt8(ascii: "=") }

  /// Whether a byte belongs to the word before or after it; `=` does not, for a key is a variable's value.
  private static func isWord(_ byte: UInt8) -> Bool {
    value(of: byte) != nil || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}
