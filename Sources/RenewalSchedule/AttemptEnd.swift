import KeyModel

extension RenewalSchedule {
  /// Takes the result of an attempt; one that was killed or belongs to a replaced configuration does not count.
  mutating func end(
    _ id: AttemptID, _ result: AttemptResult, _ now: ClockReading, _ actions: inout [ScheduleAction]
  ) {
    guard let attempt = attempts.removeValue(forKey: id) else { return }
    sources[attempt.source].running = nil
    guard !endCall(attempt, result) else { return }
    switch result {
    case .failed(let failure):
      for key in attempt.keys { fail(key, failure, now, &actions) }
    case .answered(let outcomes, let skew):
      if let skew { clockSkew = skew }
      for (slot, key) in attempt.keys.enumerated() {
        switch slot < outcomes.count ? outcomes[slot] : .failed(Self.missingOutcome) {
        case .failed(let failure): fail(key, failure, now, &actions)
        case .issued(let receipt, let verification):
          if let failure = obstacle(to: receipt, verification, for: key, now) {
            fail(key, failure, now, &actions)
          } else {
            take((receipt, verification), for: key, from: (id, slot), now, &actions)
          }
        }
      }
    }
  }

  private static let missingOutcome = Failure(.internal, "cannot read the issuer's answer: an outcome is missing")

  /// Why an issued key cannot be published; nil where it can.
  private func obstacle(
    to new: KeyReceipt, _ verification: Verification?, for key: Int, _ now: ClockReading
  ) -> Failure? {
    let aws = corrected(now)
    guard new.isLive(at: aws) else {
      let reason = new.issued > aws ? "it is signed in the future" : "it is expired already"
      return Failure(.internal, "cannot use the new key: \(reason)", hint: "check the clock of this machine")
    }
    guard let doubt = keys[key].doubt(of: verification), keys[key].holdsBack(new, doubt, at: aws) else { return nil }
    return doubt.failure
  }

  /// Takes an issued key: publishes it, or leaves the published one that lives as long.
  private mutating func take(
    _ issued: (receipt: KeyReceipt, verification: Verification?), for key: Int,
    from origin: (id: AttemptID, slot: Int), _ now: ClockReading, _ actions: inout [ScheduleAction]
  ) {
    let aws = corrected(now)
    let recovered = keys[key].failures > 0
    keys[key].failures = 0
    keys[key].lastFailure = nil
    keys[key].isDemanded = false
    keys[key].isClockDoubted = false
    guard keys[key].accepts(issued.receipt, at: aws) else {
      let left = keys[key].receipt?.expires.map { $0 - aws } ?? .zero
      // After a restart the key is renewed once whatever it has left; the source repeated, so its regular time counts.
      keys[key].renewal = keys[key].receipt.flatMap { old in
        RenewalPolicy.renewalTime(of: old, renewBefore: keys[key].renewBefore, random: &random)
      }
      keys[key].notBefore = now.boot + RenewalPolicy.repeatDelay(left: left)
      actions.append(.report(.repeated(key: key)))
      return
    }
    adopt(issued.receipt, for: key)
    keys[key].takesAnyLiveKey = false
    keys[key].lastRenewal = now.wall
    keys[key].renewals += 1
    keys[key].notBefore = .zero
    actions.append(.publish(origin.id, slot: origin.slot, key: key))
    actions.append(.report(.renewed(key: key, recovered: recovered)))
    if let report = keys[key].noteVerification(issued.verification, key) { actions.append(.report(report)) }
  }

  /// Makes a receipt the one that counts.
  mutating func adopt(_ receipt: KeyReceipt, for key: Int) {
    keys[key].receipt = receipt
    keys[key].isExpirationReported = false
    keys[key].renewal = RenewalPolicy.renewalTime(
      of: receipt, renewBefore: keys[key].renewBefore, random: &random)
  }

  /// Notes a failure and when to try again.
  mutating func fail(_ key: Int, _ failure: Failure, _ now: ClockReading, _ actions: inout [ScheduleAction]) {
    // Not the message: a request id in it would make every repetition news.
    let isNews = keys[key].lastFailure?.reason != failure.reason
    noteFailure(key, failure)
    keys[key].isDemanded = true
    let aws = corrected(now)
    let isCertain = keys[key].receipt?.isLive(at: aws) ?? false && !keys[key].isClockDoubted
    let left = isCertain ? keys[key].receipt?.expires.map { $0 - aws } : nil
    let delay = RenewalPolicy.backoff(failures: keys[key].failures, left: left, random: &random)
    keys[key].notBefore = now.boot + delay
    actions.append(.report(.failed(key: key, failure, isNews: isNews)))
  }

  /// Counts a failure.
  mutating func noteFailure(_ key: Int, _ failure: Failure) {
    keys[key].failures += 1
    keys[key].failureCounts[failure.reason, default: 0] += 1
    keys[key].lastFailure = failure
  }

  /// Kills the attempts that are past their deadline; for their keys that is a failure.
  mutating func killLate(_ now: ClockReading, _ actions: inout [ScheduleAction]) {
    for id in attempts.filter({ $0.value.deadline <= now.boot }).keys.sorted() {
      actions.append(.kill(id))
      let failure = Failure(
        .timeout, "cannot issue a key: no answer within \(attemptTimeout.setting)",
        hint: "attempt_timeout sets how long an attempt may take")
      end(id, .failed(failure), now, &actions)
    }
  }
}
