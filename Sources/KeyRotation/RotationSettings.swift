import KeyModel
import ProcessMessages

/// What the configuration says about the rotation of one long-term key.
package struct RotationSettings: Hashable, Sendable {
  /// The key's name, for messages.
  package var key: KeyName
  /// What is configured for long-term keys alone.
  package var longTerm: LongTermSettings
  /// Whether Bedrock must accept a key before it is published.
  package var verification: VerificationPolicy

  /// How long one call may take.
  package var attemptTimeout: Duration

  /// Settings by their parts.
  package init(
    key: KeyName, longTerm: LongTermSettings, verification: VerificationPolicy,
    attemptTimeout: Duration = .seconds(30)
  ) {
    self.key = key
    self.longTerm = longTerm
    self.verification = verification
    self.attemptTimeout = attemptTimeout
  }

  /// So long after the intent to make a credential, its answer being lost, nothing must have appeared before it counts as
  /// not made: the call may have taken its whole time, in an issuer that outlived its daemon, too, and IAM is eventually
  /// consistent.
  var settling: Duration { max(RotationPolicy.settling, attemptTimeout + .seconds(60)) }

  /// The IAM user whose credentials are made.
  var user: String { longTerm.user }
}

/// The numbers of the rotation.
package enum RotationPolicy {
  /// IAM allows so many credentials for one user and service (IAM quotas).
  package static let slots = 2
  /// How often IAM is asked how our credentials are.
  package static let lookInterval: Duration = .seconds(3600)
  /// A look so soon after a rotation tells whether somebody else took the place that the next one needs.
  package static let afterRotation: Duration = .seconds(60)
  /// How often while a person has to settle something.
  package static let troubleInterval: Duration = .seconds(300)
  /// How often while it is not known what became of a creation.
  package static let settlingInterval: Duration = .seconds(15)
  /// The least wait for what a lost answer may have made.
  package static let settling: Duration = .seconds(180)
  /// A credential younger than this that IAM does not list is not gone: IAM is eventually consistent.
  package static let consistency: Duration = .seconds(600)
  /// How long after its creation a refused key is tried again: IAM tells Bedrock of it in its own time.
  package static let probing: Duration = .seconds(600)
  /// A deactivated key is kept so long in case somebody still needs it.
  package static let keeping: Duration = .seconds(7 * 86_400)
  /// After a new key that Bedrock refused to the end, the next is not made at once.
  package static let afterRefusal: Duration = .seconds(3600)
  /// What our dates and IAM's may differ by: AWS refuses requests that are further off (SigV4).
  package static let toleratedSkew: Duration = .seconds(300)

  /// How long to wait after failures in a row: 2 s doubling to 5 min.
  package static func backoff(failures: Int) -> Duration {
    min(.seconds(2 << min(max(failures, 1) - 1, 8)), .seconds(300))
  }

  /// How long to wait after so many probes: 1 s doubling to 30 s.
  package static func probeDelay(probes: Int) -> Duration {
    min(.seconds(1 << min(max(probes, 1) - 1, 5)), .seconds(30))
  }
}
