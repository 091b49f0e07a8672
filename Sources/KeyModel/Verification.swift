/// What came of trying a key on Bedrock.
package enum Verification: Hashable, Sendable {
  /// Bedrock takes it.
  case accepted
  /// Bedrock says no to the key itself: who uses it is refused, too.
  case refused(Failure)
  /// Nobody knows: no answer, or one that tells nothing of the key.
  case inconclusive(Failure)
}
