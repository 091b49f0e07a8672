/// The name of an AWS region, such as `us-east-1`.
package struct Region: Hashable, Sendable {
  /// The name as AWS writes it.
  package let name: String

  /// Nil where the text cannot be a region: it becomes a part of host names, so it must be one DNS label (letters,
  /// digits and inner hyphens, 1 to 63 characters, not digits alone), the rule botocore applies too.
  package init?(_ name: some StringProtocol) {
    let bytes = Array(name.utf8)
    let hyphen = UInt8(ascii: "-")
    guard (1...63).contains(bytes.count), bytes.first != hyphen, bytes.last != hyphen,
      bytes.allSatisfy({ isLetterOrDigit($0) || $0 == hyphen }),
      !bytes.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    self.name = String(name)
  }
}

/// ASCII letters and digits.
func isLetterOrDigit(_ byte: UInt8) -> Bool {
  (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}
