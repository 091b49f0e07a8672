import KeyModel

extension RenewalSchedule {
  /// Lets a key that is already published count. One that was made under other settings or is dead does not; a live one
  /// is renewed once all the same, within `spread`, together with the others of its source, unless a rotation decides that.
  package mutating func restore(_ receipt: KeyReceipt, for key: Int, within spread: Duration, at now: ClockReading) {
    guard receipt.settingsDigest == keys[key].settingsDigest else { return }
    adopt(receipt, for: key)
    guard isLive(key, at: now), !keys[key].isRotated else { return }
    keys[key].isDemanded = false
    keys[key].takesAnyLiveKey = false
    var offset = SeededRandom(seed: UInt64(keys[key].source) ^ UInt64(bitPattern: now.boot.milliseconds))
    let once = corrected(now) + offset.span(upTo: spread)
    keys[key].renewal = keys[key].renewal.map { min($0, once) } ?? once
  }

  /// The schedule of a new configuration: what is known of keys whose settings are the same stays, running attempts
  /// are forgotten (their keys are asked for again at once), and every key takes any live key next.
  package func reconfigured(keys new: [ScheduledKey], parallel: Int, attemptTimeout: Duration) -> RenewalSchedule {
    var next = RenewalSchedule(
      keys: new, parallel: parallel, attemptTimeout: attemptTimeout, random: random, firstAttempt: followingAttempt)
    next.clockSkew = clockSkew
    next.dateAtBoot = dateAtBoot
    let asked = Set(attempts.values.flatMap(\.keys))
    let known = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1.name, $0) })
    for index in next.keys.indices {
      guard let old = known[next.keys[index].name], keys[old].settingsDigest == next.keys[index].settingsDigest
      else { continue }
      let settings = next.keys[index]
      next.keys[index].carry(keys[old])
      next.keys[index].isDemanded = next.keys[index].isDemanded || asked.contains(old)
      if keys[old].renewBefore != settings.renewBefore, let receipt = keys[old].receipt {
        next.adopt(receipt, for: index)
      }
    }
    return next
  }
}

extension ScheduledKey {
  /// Takes over what was known of the key under the replaced configuration.
  mutating func carry(_ old: ScheduledKey) {
    receipt = old.receipt
    renewal = old.renewal
    isDemanded = old.isDemanded
    isClockDoubted = old.isClockDoubted
    isExpirationReported = old.isExpirationReported
    doubt = old.doubt
    failures = old.failures
    lastFailure = old.lastFailure
    lastRenewal = old.lastRenewal
    renewals = old.renewals
    failureCounts = old.failureCounts
  }
}
