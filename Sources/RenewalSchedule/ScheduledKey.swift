import KeyModel

/// What the schedule knows of one key.
package struct ScheduledKey: Sendable {
  /// The key's name.
  package let name: KeyName
  /// The index of its source.
  package let source: Int
  /// The configured renewal window, if any.
  package let renewBefore: Duration?
  /// The digest of the settings it must have been made under.
  package let settingsDigest: String
  /// Whether an issued key must be known to work.
  package let verify: VerificationPolicy

  /// Whether a rotation decides when it is renewed: then it is never due by itself.
  package let isRotated: Bool

  /// The published key that counts: made under these settings.
  package internal(set) var receipt: KeyReceipt?
  /// When it is renewed, on AWS's clock; nil while there is none or it never expires.
  package internal(set) var renewal: Timestamp?
  /// Before this time since boot no attempt is made: the backoff of a failure, the patience with a repeating source.
  var notBefore: Duration = .zero
  /// Whether any live key is taken, longer-lived or not: after changed settings, a reload, a renewal by hand.
  var takesAnyLiveKey = true
  /// Whether an attempt is due whatever the published key says.
  var isDemanded = true
  /// Whether its rotation wants an attempt.
  var isCallWanted = false
  /// Whether its death was told.
  var isExpirationReported = false
  /// Whether the clock was set since the last answer, so that what is left of the key is not known.
  var isClockDoubted = false
  /// How many attempts failed in a row.
  package internal(set) var failures = 0
  /// Why the key that was published last is not known to work; nil where it is, or was not tried.
  package internal(set) var doubt: Verification.Doubt?
  /// Why the last one failed; nil after a success.
  package internal(set) var lastFailure: Failure?
  /// When the last attempt succeeded, by the wall clock.
  package internal(set) var lastRenewal: Timestamp?
  /// How many attempts failed, by reason.
  package internal(set) var failureCounts: [FailureReason: Int] = [:]
  /// How many attempts succeeded.
  package internal(set) var renewals = 0

  /// A key that was not issued yet.
  package init(
    name: KeyName, source: Int, renewBefore: Duration?, settingsDigest: String, verify: VerificationPolicy = .off,
    isRotated: Bool = false
  ) {
    self.name = name
    self.source = source
    self.renewBefore = renewBefore
    self.settingsDigest = settingsDigest
    self.verify = verify
    self.isRotated = isRotated
  }

  /// The effective renewal window of the published key.
  package var window: Duration? {
    receipt.flatMap { RenewalPolicy.window(of: $0, renewBefore: renewBefore) }
  }

  /// When, by the time since boot, the next attempt is due; nil when none is. `corrected` is AWS's time now.
  func due(corrected: Timestamp, boot: Duration) -> Duration? {
    if isRotated { return isCallWanted ? .zero : nil }
    if isDemanded || receipt == nil { return notBefore }
    guard let renewal else { return nil }
    return max(notBefore, boot + (renewal - corrected))
  }

  /// Whether an issued key is to be published: it lives, and it lives longer than what it replaces, or what it replaces
  /// no longer counts.
  func accepts(_ new: KeyReceipt, at corrected: Timestamp) -> Bool {
    guard let old = receipt, old.isLive(at: corrected), !takesAnyLiveKey, old.region == new.region,
      old.account == new.account
    else { return true }
    guard let oldEnd = old.expires else { return false }
    guard let newEnd = new.expires else { return true }
    return newEnd > oldEnd
  }
}
