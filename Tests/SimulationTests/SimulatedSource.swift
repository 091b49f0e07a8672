import KeyModel
import RenewalSchedule

/// A span of AWS's time in which a source does not answer.
struct Outage {
  enum Kind: CaseIterable {
    case refusing
    case hanging
  }

  let start: Timestamp
  let end: Timestamp
  let kind: Kind
}

/// A span of AWS's time in which Bedrock refuses the keys that are tried, or says nothing.
struct Trial {
  let start: Timestamp
  let end: Timestamp
  let isRefusal: Bool
}

/// How a source hands out credentials.
enum CredentialLife {
  /// Credentials that never expire: a key lives its own 12 hours.
  case unlimited
  /// New ones of this life at each request, as AssumeRole does.
  case fresh(Duration)
  /// The same ones until 5 minutes before their end, as instance metadata promises.
  case shared(Duration)
}

/// Credentials as AWS would hand them out, on AWS's clock.
struct SimulatedSource {
  let life: CredentialLife
  let outages: [Outage]
  let trials: [Trial]
  private var sharedEnd: Timestamp?

  init(life: CredentialLife, outages: [Outage] = [], trials: [Trial] = []) {
    self.life = life
    self.outages = outages
    self.trials = trials
  }

  func outage(at moment: Timestamp) -> Outage? {
    outages.first { $0.start <= moment && moment < $0.end }
  }

  /// What comes of trying a key.
  func verification(at moment: Timestamp) -> Verification {
    guard let trial = trials.first(where: { $0.start <= moment && moment < $0.end }) else { return .accepted }
    return trial.isRefusal
      ? .refused(Failure(.denied, "cannot use the key: no"))
      : .inconclusive(Failure(.timeout, "cannot verify the key: silence"))
  }

  /// Whether the source answered all the time between two moments; with `acceptance`: with keys that are not refused.
  func wasUp(from start: Timestamp, to end: Timestamp, acceptance: Bool) -> Bool {
    !outages.contains { $0.start < end && start < $0.end }
      && !(acceptance && trials.contains { $0.isRefusal && $0.start < end && start < $0.end })
  }

  /// The end of the credentials that are handed out at a moment; nil for never.
  mutating func credentialEnd(at moment: Timestamp) -> Timestamp? {
    switch life {
    case .unlimited: return nil
    case .fresh(let span): return moment + span
    case .shared(let span):
      if let sharedEnd, sharedEnd - moment > .seconds(300) { return sharedEnd }
      sharedEnd = moment + span
      return sharedEnd
    }
  }
}
