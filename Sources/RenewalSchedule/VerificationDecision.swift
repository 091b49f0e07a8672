import KeyModel

/// What the trial of an issued key decides.
extension ScheduledKey {
  /// Why an issued key is not known to work; nil where it is, or nobody asked. What was to be tried and was not is in
  /// doubt like any other.
  func doubt(of verification: Verification?) -> Verification.Doubt? {
    guard verify != .off else { return nil }
    let untried = Failure(.internal, "cannot verify the key: it was not tried")
    return (verification ?? .inconclusive(untried)).doubt
  }

  /// Whether a key that is in doubt waits. One that was refused always does; one of which nothing is known until the
  /// published key is in the last tenth of its life, since what may not work is better than what is dead. What would not
  /// be published anyway has nothing to wait for.
  func holdsBack(_ new: KeyReceipt, _ doubt: Verification.Doubt, at corrected: Timestamp) -> Bool {
    guard verify == .require else { return false }
    if doubt.isRefusal { return true }
    guard accepts(new, at: corrected), let old = receipt, old.isLive(at: corrected) else { return false }
    guard let end = old.expires else { return true }
    return end - corrected > (end - old.issued) / 10
  }

  /// Notes what is known of the key that is being published; the report, where it is news. Where keys must work, each
  /// that is not known to is news.
  mutating func noteVerification(_ verification: Verification?, _ key: Int) -> ScheduleReport? {
    let old = self.doubt
    self.doubt = doubt(of: verification)
    guard let doubt = self.doubt else { return old != nil && verification != nil ? .verified(key: key) : nil }
    // Not the message: a request id in it would make every repetition news.
    let isKnown = old?.isRefusal == doubt.isRefusal && old?.failure.reason == doubt.failure.reason
    return isKnown && verify == .warn ? nil : .unverified(key: key, doubt)
  }
}
