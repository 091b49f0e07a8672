import KeyModel

/// When each key is renewed: a state machine that takes an event and the time and returns actions. It knows no files, no
/// processes and no clock, so a simulated year takes a moment.
package struct RenewalSchedule: Sendable {
  /// The keys, in the order of the configuration.
  package internal(set) var keys: [ScheduledKey]
  /// What AWS's clock is ahead of ours, as learned.
  package internal(set) var clockSkew: Duration = .zero

  var sources: [ScheduledSource]
  var attempts: [AttemptID: Attempt] = [:]
  var random: SeededRandom
  let parallel: Int
  let attemptTimeout: Duration
  private var nextAttempt: Int
  /// The date at boot, by the last reading: it changes only when somebody sets the clock.
  var dateAtBoot: Timestamp?

  /// A schedule of keys that were not issued yet. Attempt numbers start at `firstAttempt`, so that those of a
  /// configuration that was replaced are never taken for this one's.
  package init(
    keys: [ScheduledKey], parallel: Int, attemptTimeout: Duration, random: SeededRandom, firstAttempt: Int = 1
  ) {
    self.keys = keys
    self.parallel = parallel
    self.attemptTimeout = attemptTimeout
    self.random = random
    nextAttempt = firstAttempt
    sources = Array(repeating: ScheduledSource(), count: (keys.map(\.source).max() ?? -1) + 1)
    for (index, key) in keys.enumerated() { sources[key.source].keys.append(index) }
  }

  /// Takes an event and returns what is to be done, in order.
  package mutating func advance(_ event: ScheduleEvent, at now: ClockReading) -> [ScheduleAction] {
    var actions: [ScheduleAction] = []
    noteClock(now)
    switch event {
    case .woke: break
    case .ended(let id, let result): end(id, result, now, &actions)
    case .renewalRequested(let wanted): for key in wanted { demand(key) }
    case .publicationFailed(let key, let failure):
      fail(key, failure, now, &actions)
      keys[key].takesAnyLiveKey = true
    case .recordLost(let key):
      keys[key].receipt = nil
      demand(key)
    case .callWanted(let key): keys[key].isCallWanted = true
    case .rotated(let key, let receipt, let isNew): take(receipt, for: key, isNew: isNew, now, &actions)
    case .hindered(let key, let failure): hinder(key, failure, &actions)
    case .unhindered(let key): unhinder(key)
    }
    killLate(now, &actions)
    reportExpirations(now, &actions)
    startDue(now, &actions)
    return actions
  }

  /// AWS's time at a reading of our clocks.
  package func corrected(_ now: ClockReading) -> Timestamp { now.wall + clockSkew }

  /// The number that the next attempt would get.
  package var followingAttempt: Int { nextAttempt }

  /// Whether a key's published key works now.
  package func isLive(_ key: Int, at now: ClockReading) -> Bool {
    keys[key].receipt?.isLive(at: corrected(now)) ?? false
  }

  /// After a clock step nobody knows which of the two dates was right, so neither the learned skew nor what is left of a
  /// key can be trusted: every source is asked once, and answers with AWS's time.
  private mutating func noteClock(_ now: ClockReading) {
    let date = now.wall - now.boot
    defer { dateAtBoot = date }
    guard let dateAtBoot, date - dateAtBoot > RenewalPolicy.clockStep || dateAtBoot - date > RenewalPolicy.clockStep
    else { return }
    for index in keys.indices where keys[index].receipt != nil && !keys[index].isRotated {
      keys[index].isClockDoubted = true
      keys[index].isDemanded = true
      keys[index].notBefore = .zero
    }
  }

  /// Makes an attempt due at once, the backoff forgotten, and its key welcome whatever it lives.
  private mutating func demand(_ key: Int) {
    keys[key].isDemanded = true
    keys[key].takesAnyLiveKey = true
    keys[key].notBefore = .zero
  }

  /// Starts what is due, the most urgent source first, as far as the limits allow.
  private mutating func startDue(_ now: ClockReading, _ actions: inout [ScheduleAction]) {
    let waiting = sources.indices.filter { (sourceDue($0, now) ?? .seconds(Int64.max / 2)) <= now.boot }
    for source in waiting.sorted(by: { urgency($0) < urgency($1) }) {
      guard hasRoom(now) else { return }
      start(source, now, &actions)
    }
  }

  private mutating func start(_ source: Int, _ now: ClockReading, _ actions: inout [ScheduleAction]) {
    let asked = sources[source].keys.filter { joins($0, now) }
    let id = AttemptID(number: nextAttempt)
    nextAttempt += 1
    attempts[id] = Attempt(source: source, keys: asked, started: now.boot, deadline: now.boot + attemptTimeout)
    if let runs = sources[source].noteStart(id, at: now.boot) {
      actions.append(.report(.runaway(source: source, runs: runs)))
    }
    actions.append(.start(id, source: source, keys: asked))
  }

  /// Whether a key takes part in a run of its source: it is due, it would be within a tenth of its window, or it is
  /// failing and may try for free.
  private func joins(_ index: Int, _ now: ClockReading) -> Bool {
    let key = keys[index]
    guard key.failures == 0, let due = key.due(corrected: corrected(now), boot: now.boot) else {
      return key.failures > 0
    }
    return due <= now.boot + (key.window ?? .zero) / 10
  }

  /// The end of what a source's keys have left; a source with a dead key comes before all others.
  private func urgency(_ source: Int) -> Timestamp {
    let never = Timestamp(milliseconds: .max)
    let ends = sources[source].keys.map { index -> Timestamp in
      guard let receipt = keys[index].receipt else { return Timestamp(milliseconds: .min) }
      return receipt.expires ?? never
    }
    return ends.min() ?? never
  }

  private mutating func reportExpirations(_ now: ClockReading, _ actions: inout [ScheduleAction]) {
    for index in keys.indices {
      guard let receipt = keys[index].receipt, !receipt.isLive(at: corrected(now)) else { continue }
      keys[index].isDemanded = true
      guard !keys[index].isExpirationReported else { continue }
      keys[index].isExpirationReported = true
      actions.append(.report(.expired(key: index)))
    }
  }
}
