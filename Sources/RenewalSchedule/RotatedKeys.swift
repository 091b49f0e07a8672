import KeyModel

/// Keys whose renewal a rotation decides. They count, are shown and are told of like all others, and their issuers run
/// within the same limits; when, and what of them, is the rotation's business.
extension RenewalSchedule {
  /// Ends an attempt that a rotation wanted; false where it is another one.
  mutating func endCall(_ attempt: Attempt, _ result: AttemptResult) -> Bool {
    guard attempt.keys.contains(where: { keys[$0].isRotated }) else { return false }
    for key in attempt.keys { keys[key].isCallWanted = false }
    if case .answered(_, let skew?) = result { clockSkew = skew }
    return true
  }

  /// Lets a key count that a rotation publishes.
  mutating func take(
    _ receipt: KeyReceipt, for key: Int, isNew: Bool, _ now: ClockReading, _ actions: inout [ScheduleAction]
  ) {
    let recovered = keys[key].failures > 0
    unhinder(key)
    if keys[key].receipt != receipt { adopt(receipt, for: key) }
    guard isNew else { return }
    keys[key].lastRenewal = now.wall
    keys[key].renewals += 1
    actions.append(.report(.renewed(key: key, recovered: recovered)))
  }

  /// Notes that a rotation does not go on.
  mutating func hinder(_ key: Int, _ failure: Failure, _ actions: inout [ScheduleAction]) {
    // Not the reason alone: what is in a rotation's way has the same one mostly, and its words say what to do.
    let isNews = keys[key].lastFailure.map { !$0.tellsTheSame(as: failure) } ?? true
    noteFailure(key, failure)
    actions.append(.report(.failed(key: key, failure, isNews: isNews)))
  }

  /// Notes that nothing is in the way of a rotation.
  mutating func unhinder(_ key: Int) {
    keys[key].failures = 0
    keys[key].lastFailure = nil
  }
}
