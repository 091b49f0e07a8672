import KeyModel

extension RenewalSchedule {
  /// How long nothing needs to be done, if no event comes and nobody sets the clock; nil for ever.
  package func sleep(at now: ClockReading) -> Duration? {
    var wakes = attempts.values.map(\.deadline)
    let room = hasRoom(now)
    // Without room what is due waits until an attempt is no longer young.
    if !room { wakes += attempts.values.map { $0.started + RenewalPolicy.youngAttempt }.filter { $0 > now.boot } }
    for source in sources.indices {
      guard let due = sourceDue(source, now) else { continue }
      if due > now.boot || room { wakes.append(max(due, now.boot)) }
    }
    let aws = corrected(now)
    for key in keys where !key.isExpirationReported {
      if let expires = key.receipt?.expires { wakes.append(now.boot + (expires - aws)) }
    }
    // Up to whole milliseconds, the grain of the clocks: waking a fraction early would mean waking twice.
    return wakes.min().map { .milliseconds(max(0, ($0 - now.boot + .nanoseconds(999_999)).milliseconds)) }
  }

  /// When the next attempt for a key is due, on AWS's clock; nil when none is. While attempts fail or a source repeats
  /// its credentials this is later than the renewal that the policy set.
  package func nextAttempt(_ key: Int, at now: ClockReading) -> Timestamp? {
    if keys[key].isRotated { return keys[key].renewal }
    return keys[key].due(corrected: corrected(now), boot: now.boot).map { corrected(now) + max(.zero, $0 - now.boot) }
  }

  /// When, by the time since boot, a source that does not run is due; nil when it runs or nothing is.
  func sourceDue(_ source: Int, _ now: ClockReading) -> Duration? {
    guard sources[source].running == nil else { return nil }
    let aws = corrected(now)
    let dues = sources[source].keys.compactMap { keys[$0].due(corrected: aws, boot: now.boot) }
    return dues.min().map { max($0, sources[source].earliestStart) }
  }

  /// Whether one more attempt may start: hanging ones leave the limit of young attempts, up to a limit of their own.
  func hasRoom(_ now: ClockReading) -> Bool {
    let young = attempts.values.count { now.boot - $0.started < RenewalPolicy.youngAttempt }
    return young < parallel && attempts.count < parallel + RenewalPolicy.olderAttempts
  }
}
