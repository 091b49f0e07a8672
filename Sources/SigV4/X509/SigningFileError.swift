/// Why a file of a certificate or private key cannot be used, in words that hold nothing of it.
package struct SigningFileError: Error, Hashable, Sendable {
  /// What is wrong.
  package let reason: String
  /// What to do about it, or empty.
  package let hint: String

  /// An error by its parts.
  package init(_ reason: String, hint: String = "") {
    self.reason = reason
    self.hint = hint
  }
}
