import KeyModel
import RenewalSchedule
import Testing

/// A schedule under test with a clock that stands still until it is told.
struct Bench {
  static let start = Timestamp(seconds: 1_800_000_000)
  var schedule: RenewalSchedule
  var now = ClockReading(wall: Bench.start, boot: .seconds(1000))

  /// Keys of the given sources, named a, b, c…
  init(
    sources: [Int] = [0], renewBefore: Duration? = nil, verify: VerificationPolicy = .off, parallel: Int = 8
  ) throws {
    schedule = RenewalSchedule(
      keys: try Self.keys(sources, renewBefore: renewBefore, verify: verify), parallel: parallel,
      attemptTimeout: .seconds(30),
      random: SeededRandom(seed: 7))
  }

  static func keys(
    _ sources: [Int], renewBefore: Duration? = nil, digest: String = "d", verify: VerificationPolicy = .off
  ) throws
    -> [ScheduledKey]
  {
    try sources.indices.map { index in
      let letters = index < 26 ? String(UnicodeScalar(UInt8(97 + index))) : "key\(index)"
      return ScheduledKey(
        name: try #require(KeyName(letters)), source: sources[index], renewBefore: renewBefore, settingsDigest: digest,
        verify: verify)
    }
  }

  static func receipt(
    issued: Timestamp = start, life: Duration? = .seconds(43_200), known: Bool = true, region: String = "us-east-1",
    account: String = "1", digest: String = "d"
  ) -> KeyReceipt {
    KeyReceipt(
      fingerprint: "", issued: issued, expires: life.map { issued + $0 }, expiresKnown: known, region: region,
      type: .shortTerm, credentialSource: .environment, account: account, isExample: false, settingsDigest: digest)
  }

  static let refusal = Failure(.unreachable, "cannot reach it: no route")

  mutating func pass(_ span: Duration) { now = now.later(by: span) }

  mutating func advance(_ event: ScheduleEvent = .woke) -> [ScheduleAction] { schedule.advance(event, at: now) }

  /// Starts what is due; the attempts.
  mutating func starts(_ event: ScheduleEvent = .woke) -> [AttemptID] { advance(event).compactMap(\.started) }

  /// Ends an attempt with one receipt for each of its keys.
  mutating func answer(_ id: AttemptID, _ receipts: [KeyReceipt], skew: Duration? = nil) -> [ScheduleAction] {
    advance(.ended(id, .answered(receipts.map { .issued($0) }, clockSkew: skew)))
  }

  /// A first key, issued now.
  mutating func issue(_ receipt: KeyReceipt = receipt()) throws {
    let id = try #require(starts().first)
    #expect(answer(id, [receipt]).contains(.publish(id, slot: 0, key: 0)))
  }
}

extension ScheduleAction {
  var started: AttemptID? {
    if case .start(let id, _, _) = self { id } else { nil }
  }

  var report: ScheduleReport? {
    if case .report(let report) = self { report } else { nil }
  }

  var isPublication: Bool {
    if case .publish = self { true } else { false }
  }
}
