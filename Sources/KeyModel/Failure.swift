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

  /// The message, and the hint after it in parentheses.
  package var text: String { hint.isEmpty ? message : "\(message) (\(hint))" }
}
