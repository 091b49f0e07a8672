/// Something that did not work, in the words an operator reads: `cannot VERB OBJECT: reason`, then a hint. Never holds
/// a secret.
package struct Failure: Error, Hashable, Sendable {
  /// What kind of failure it is.
  package var reason: FailureReason
  /// One line, lower case, no full stop.
  package var message: String
  /// What to do about it, or empty.
  package var hint: String

  /// A failure by its parts.
  package init(_ reason: FailureReason, _ message: String, hint: String = "") {
    self.reason = reason
    self.message = message
    self.hint = hint
  }

  /// Whether another failure tells the same: the id of a request, in parentheses, is another one each time.
  package func tellsTheSame(as other: Failure) -> Bool {
    reason == other.reason && hint == other.hint
      && Self.withoutRequestID(message) == Self.withoutRequestID(other.message)
  }

  private static func withoutRequestID(_ message: String) -> [UInt8] {
    let bytes = Array(message.utf8)
    let mark = Array(" (request id ".utf8)
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return bytes }
    return Array(bytes[..<start] + bytes[start...].drop { $0 != UInt8(ascii: ")") })
  }

  /// The message, and the hint after it in parentheses.
  package var text: String { hint.isEmpty ? message : "\(message) (\(hint))" }
}
