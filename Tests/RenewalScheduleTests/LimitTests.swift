import KeyModel
import RenewalSchedule
import Testing

/// Deadlines, parallel attempts and the guards against our own mistakes.
@Suite struct LimitTests {
  @Test func anAttemptIsKilledAtItsDeadline() throws {
    var bench = try Bench()
    let id = try #require(bench.starts().first)
    bench.pass(.milliseconds(29_999))
    #expect(bench.advance().isEmpty)
    #expect(bench.schedule.sleep(at: bench.now) == .milliseconds(1))
    bench.pass(.milliseconds(1))
    let actions = bench.advance()
    #expect(actions.first == .kill(id))
    #expect(bench.schedule.keys[0].lastFailure?.reason == .timeout)
    #expect(bench.schedule.keys[0].failures == 1)
  }

  @Test func theLateAnswerOfAKilledAttemptDoesNotCount() throws {
    var bench = try Bench()
    let id = try #require(bench.starts().first)
    bench.pass(.seconds(30))
    _ = bench.advance()
    #expect(!bench.answer(id, [Bench.receipt()]).contains { $0.isPublication })
    #expect(bench.schedule.keys[0].receipt == nil)
    #expect(bench.schedule.keys[0].failures == 1)
  }

  @Test func onlyYoungAttemptsCountAgainstTheLimit() throws {
    var bench = try Bench(sources: Array(0..<6), parallel: 2)
    #expect(bench.starts().count == 2)
    #expect(bench.schedule.sleep(at: bench.now) == .seconds(2))
    bench.pass(.milliseconds(1999))
    #expect(bench.starts().isEmpty)
    bench.pass(.milliseconds(1))
    #expect(bench.starts().count == 2)
    bench.pass(.seconds(2))
    #expect(bench.starts().count == 2)
  }

  @Test func anAttemptThatEndsMakesRoomAtOnce() throws {
    var bench = try Bench(sources: [0, 1, 2], parallel: 2)
    let ids = bench.starts()
    #expect(bench.starts(.ended(try #require(ids.first), .failed(Bench.refusal))).count == 1)
  }

  @Test func atMostSixtyFourOlderAttemptsRunBesideTheYoungOnes() throws {
    var bench = try Bench(sources: Array(0..<100), parallel: 8)
    var running = 0
    // Everything hangs; the first are killed at 30 s.
    for _ in 0..<14 {
      running += bench.starts().count
      bench.pass(.seconds(2))
    }
    #expect(running == 72)
    #expect(bench.schedule.sleep(at: bench.now) == .seconds(2))
  }

  @Test func aSourceRunsAtMostOnceASecond() throws {
    var bench = try Bench()
    try bench.issue()
    #expect(bench.starts(.renewalRequested([0])).isEmpty)
    #expect(bench.schedule.sleep(at: bench.now) == .seconds(1))
    bench.pass(.milliseconds(999))
    #expect(bench.starts(.renewalRequested([0])).isEmpty)
    bench.pass(.milliseconds(1))
    #expect(bench.starts().count == 1)
  }

  @Test func aRunawaySourceIsReportedOnceAnHour() throws {
    var bench = try Bench()
    var reports: [ScheduleReport] = []
    for _ in 0..<3000 {
      let actions = bench.advance(.renewalRequested([0]))
      reports += actions.compactMap(\.report).filter { if case .runaway = $0 { true } else { false } }
      if let id = actions.compactMap(\.started).first {
        _ = bench.answer(id, [Bench.receipt(issued: bench.now.wall)])
      }
      bench.pass(.seconds(1))
    }
    #expect(reports == [.runaway(source: 0, runs: 121)])
  }

  @Test func oneRunServesAllKeysOfItsSourceThatAreDue() throws {
    var bench = try Bench(sources: [0, 1, 0])
    let actions = bench.advance()
    #expect(actions.count == 2)
    #expect(actions.contains { if case .start(_, 0, [0, 2]) = $0 { true } else { false } })
    #expect(actions.contains { if case .start(_, 1, [1]) = $0 { true } else { false } })
  }

  @Test func theSourceWithTheLeastLeftComesFirst() throws {
    var bench = try Bench(sources: [0, 1, 2], parallel: 1)
    bench.schedule.restore(Bench.receipt(life: .seconds(40_000)), for: 0, within: .zero, at: bench.now)
    bench.schedule.restore(Bench.receipt(life: .seconds(20_000)), for: 1, within: .zero, at: bench.now)
    var order: [Int] = []
    for _ in 0..<3 {
      for case .start(_, let source, _) in bench.advance() { order.append(source) }
      bench.pass(.seconds(2))
    }
    #expect(order == [2, 1, 0])
  }

  @Test func aDeadKeyIsReportedOnceAndAskedForAtOnce() throws {
    var bench = try Bench()
    try bench.issue(Bench.receipt(life: .seconds(60)))
    bench.pass(.seconds(50))
    let late = try #require(bench.starts().first)
    bench.pass(.seconds(10))
    #expect(bench.advance() == [.report(.expired(key: 0))])
    #expect(bench.advance().isEmpty)
    #expect(!bench.schedule.isLive(0, at: bench.now))
    let fresh = Bench.receipt(issued: bench.now.wall)
    #expect(bench.answer(late, [fresh]).first == .publish(late, slot: 0, key: 0))
  }
}
