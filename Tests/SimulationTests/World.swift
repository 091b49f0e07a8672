import KeyModel
import RenewalSchedule

/// A year of one daemon: AWS's clock is the true one, the machine's may be set and may sleep. Time jumps from event to
/// event; every stretch between two events is judged.
struct World {
  static let epoch = Timestamp(seconds: 1_800_000_000)
  static let attemptTimeout: Duration = .seconds(30)
  /// How long a source must have been up before a dead key counts against us: an attempt that hung, the longest backoff
  /// of a dead key, and the second between two runs.
  static let patience: Duration = attemptTimeout + .seconds(30) + .seconds(2)

  private struct Running {
    let id: AttemptID
    let source: Int
    let keys: [Int]
    let end: Timestamp?
  }

  private(set) var schedule: RenewalSchedule
  private var sources: [SimulatedSource]
  private var random: SeededRandom
  private var suspends: [(Timestamp, Duration)]
  private var steps: [(Timestamp, Duration)]
  private var aws = World.epoch
  private var boot: Duration = .zero
  private var offset: Duration = .zero
  private var running: [Running] = []
  private let length: Duration
  /// Since when the daemon may act: after a suspend it needs its patience anew.
  private var awakeSince = World.epoch

  /// What was published last, on AWS's clock.
  private(set) var published: [Int: KeyReceipt] = [:]
  private(set) var renewals = 0
  /// How many keys were published although they were not known to work.
  private(set) var unverified = 0
  private(set) var starts: [[Timestamp]]
  private(set) var violations: [String] = []

  init(_ scenario: Scenario, seed: UInt64) {
    random = SeededRandom(seed: seed)
    length = scenario.length
    sources = scenario.lives.map { SimulatedSource(life: $0) }
    for index in sources.indices {
      sources[index] = SimulatedSource(
        life: scenario.lives[index], outages: scenario.outages(&random), trials: scenario.trials(&random))
    }
    suspends = scenario.suspends(&random)
    steps = scenario.clockSteps(&random)
    starts = Array(repeating: [], count: sources.count)
    let keys = scenario.lives.indices.compactMap { index in
      KeyName("key\(index)").map {
        ScheduledKey(
          name: $0, source: index, renewBefore: scenario.renewBefore, settingsDigest: "digest",
          verify: scenario.verify)
      }
    }
    schedule = RenewalSchedule(
      keys: keys, parallel: 8, attemptTimeout: Self.attemptTimeout, random: SeededRandom(seed: seed ^ 0xD1CE))
  }

  private var now: ClockReading { ClockReading(wall: aws + offset, boot: boot) }

  /// Runs until the end of the scenario.
  mutating func run() {
    let end = Self.epoch + length
    advance(.woke)
    while aws < end && violations.count < 5 {
      let next = min(nextEvent, end)
      judge(until: next)
      pass(to: next)
    }
  }

  /// The next moment, on AWS's clock, at which anything happens.
  private var nextEvent: Timestamp {
    var moments = running.compactMap(\.end)
    if let sleep = schedule.sleep(at: now) { moments.append(aws + sleep) }
    if let suspend = suspends.first { moments.append(suspend.0) }
    if let step = steps.first { moments.append(step.0) }
    return max(aws, moments.min() ?? Timestamp(milliseconds: .max))
  }

  private mutating func pass(to moment: Timestamp) {
    boot = boot + (moment - aws)
    aws = moment
    if let (start, span) = suspends.first, start <= aws {
      suspends.removeFirst()
      boot = boot + span
      aws = aws + span
      awakeSince = aws
    }
    if let (start, new) = steps.first, start <= aws {
      steps.removeFirst()
      offset = new
    }
    for ended in running where ended.end.map({ $0 <= aws }) ?? false { finish(ended) }
    advance(.woke)
  }

  private mutating func finish(_ attempt: Running) {
    running.removeAll { $0.id == attempt.id }
    advance(.ended(attempt.id, answer(attempt)))
  }

  private mutating func answer(_ attempt: Running) -> AttemptResult {
    guard sources[attempt.source].outage(at: aws) == nil else {
      return .failed(Failure(.unreachable, "cannot reach the source"))
    }
    let end = sources[attempt.source].credentialEnd(at: aws)
    // The issuer learns what our clock is off by from AWS's answers, and signs with AWS's time.
    let receipts = attempt.keys.map { _ in
      let issued = aws.wholeSecond
      let own = issued + .seconds(43_200)
      return KeyOutcome.issued(
        KeyReceipt(
          fingerprint: "", issued: issued, expires: end.map { min($0, own) } ?? own, expiresKnown: true,
          region: "us-east-1", type: .shortTerm, credentialSource: .instanceMetadata, account: "", isExample: false,
          settingsDigest: "digest"),
        schedule.keys[attempt.source].verify == .off ? nil : sources[attempt.source].verification(at: aws))
    }
    return .answered(receipts, clockSkew: .zero - offset)
  }

  private mutating func advance(_ event: ScheduleEvent) {
    for action in schedule.advance(event, at: now) {
      switch action {
      case .start(let id, let source, let keys): start(id, source, keys)
      case .kill(let id): running.removeAll { $0.id == id }
      case .publish(_, _, let key):
        judgePublication(of: key)
        published[key] = schedule.keys[key].receipt
        renewals += 1
      case .report: break
      }
    }
  }

  /// Where keys must work: none that is refused, and none of which nothing is known while the old one has time.
  private mutating func judgePublication(of key: Int) {
    guard let doubt = sources[schedule.keys[key].source].verification(at: aws).doubt else { return }
    unverified += 1
    guard schedule.keys[key].verify == .require else { return }
    let old = published[key]
    let left = old?.expires.map { $0 - aws } ?? .zero
    let life = old.flatMap { old in old.expires.map { $0 - old.issued } } ?? .zero
    guard doubt.isRefusal || left > life / 10 else { return }
    violations.append("key \(key) published at \(aws.rfc3339), \(left) left of the old one: \(doubt.failure.message)")
  }

  private mutating func start(_ id: AttemptID, _ source: Int, _ keys: [Int]) {
    starts[source].append(aws)
    let hangs = sources[source].outage(at: aws)?.kind == .hanging
    let span = Duration.milliseconds(5) + random.span(upTo: .seconds(2))
    running.append(Running(id: id, source: source, keys: keys, end: hangs ? nil : aws + span))
  }

  /// Between now and the next event nothing changes, so a published key that dies in between is dead at its end.
  private mutating func judge(until next: Timestamp) {
    for (key, source) in schedule.keys.map(\.source).enumerated() {
      guard let expires = published[key]?.expires ?? (awakeSince == Self.epoch ? Self.epoch : nil), expires < next
      else { continue }
      let start = next - Self.patience
      guard start >= max(awakeSince, expires - Self.patience), start >= expires else { continue }
      if sources[source].wasUp(from: start, to: next, acceptance: schedule.keys[key].verify == .require) {
        violations.append(
          "key \(key) dead since \(expires.rfc3339) at \(next.rfc3339) although its source was up since \(start.rfc3339)"
        )
      }
    }
  }
}
