import KeyModel

/// One running issuer.
struct Attempt: Sendable {
  let source: Int
  let keys: [Int]
  /// Time since boot at its start.
  let started: Duration
  /// Time since boot at which it is killed.
  let deadline: Duration
}

/// What the schedule knows of one source.
struct ScheduledSource: Sendable {
  /// The keys that share it.
  var keys: [Int] = []
  /// The attempt that runs.
  var running: AttemptID?
  /// Time since boot of its last start.
  private(set) var lastStart: Duration?
  private var hourStart: Duration = .zero
  private var runsInHour = 0

  /// Before this time since boot the source is not run again.
  var earliestStart: Duration { lastStart.map { $0 + RenewalPolicy.sourceSpacing } ?? .zero }

  /// Notes a start; returns the number of runs when it is the first too many of this hour.
  mutating func noteStart(_ id: AttemptID, at boot: Duration) -> Int? {
    running = id
    lastStart = boot
    if runsInHour == 0 || boot - hourStart >= .seconds(3600) {
      hourStart = boot
      runsInHour = 0
    }
    runsInHour += 1
    return runsInHour == RenewalPolicy.runsPerHour + 1 ? runsInHour : nil
  }
}
