import KeyModel
import RenewalSchedule
import Testing

/// Starts, reloads, lost records and clocks that are set.
@Suite struct ChangeTests {
  @Test func liveRecordsCountAtOnceAndAreRenewedOnceWithinTheSpread() throws {
    var moments: Set<Duration> = []
    for boot in 0..<200 {
      var bench = try Bench()
      bench.now.boot = .seconds(boot)
      bench.schedule.restore(Bench.receipt(), for: 0, within: .seconds(60), at: bench.now)
      #expect(bench.schedule.isLive(0, at: bench.now))
      let sleep = try #require(bench.schedule.sleep(at: bench.now))
      #expect(sleep <= .seconds(60))
      moments.insert(sleep)
      bench.pass(sleep)
      #expect(bench.starts().count == 1)
    }
    #expect(moments.count > 180)
  }

  @Test func aRestartThatMeetsTheSameCredentialsRenewsAtTheUsualTime() throws {
    var bench = try Bench()
    bench.schedule.restore(Bench.receipt(), for: 0, within: .zero, at: bench.now)
    let id = try #require(bench.starts().first)
    #expect(bench.answer(id, [Bench.receipt()]) == [.report(.repeated(key: 0))])
    #expect(try #require(bench.schedule.sleep(at: bench.now)) >= .seconds(43_200 * 2 / 3 - 1440))
  }

  @Test func keysOfOneSourceAreRestoredTogether() throws {
    var bench = try Bench(sources: [0, 1, 0])
    for key in 0..<3 { bench.schedule.restore(Bench.receipt(), for: key, within: .seconds(60), at: bench.now) }
    #expect(bench.schedule.keys[0].renewal == bench.schedule.keys[2].renewal)
    #expect(bench.schedule.keys[0].renewal != bench.schedule.keys[1].renewal)
  }

  @Test func recordsOfOtherSettingsOrDeadOnesAreReplacedAtOnce() throws {
    for other in [
      Bench.receipt(digest: "other"), Bench.receipt(issued: Bench.start - .seconds(60), life: .seconds(60)),
    ] {
      var bench = try Bench()
      bench.schedule.restore(other, for: 0, within: .seconds(60), at: bench.now)
      #expect(!bench.schedule.isLive(0, at: bench.now))
      let id = try #require(bench.starts().first)
      // Any live key will do, also one that lives no longer.
      #expect(bench.answer(id, [Bench.receipt(life: .seconds(1))]).contains { $0.isPublication })
    }
  }

  @Test func anEndlessRecordIsAskedForOnce() throws {
    var bench = try Bench()
    bench.schedule.restore(Bench.receipt(life: nil), for: 0, within: .zero, at: bench.now)
    let id = try #require(bench.starts().first)
    #expect(bench.answer(id, [Bench.receipt(life: nil)]) == [.report(.repeated(key: 0))])
    #expect(bench.schedule.sleep(at: bench.now) == nil)
  }

  @Test func aLostRecordIsReplaced() throws {
    var bench = try Bench()
    try bench.issue()
    bench.pass(.seconds(5))
    let id = try #require(bench.starts(.recordLost(0)).first)
    #expect(!bench.schedule.isLive(0, at: bench.now))
    #expect(bench.answer(id, [Bench.receipt(life: .seconds(60))]).first == .publish(id, slot: 0, key: 0))
  }

  @Test func aReloadKeepsWhatIsKnownOfUnchangedKeysAndForgetsTheRest() throws {
    var bench = try Bench(sources: [0, 1])
    let ids = bench.starts()
    _ = bench.answer(ids[0], [Bench.receipt()], skew: .seconds(5))
    _ = bench.advance(.ended(ids[1], .failed(Bench.refusal)))
    let renewal = bench.schedule.keys[0].renewal
    var keys = try Bench.keys([0, 1])
    keys.append(try #require(try Bench.keys([0, 0, 2], digest: "new").last))
    bench.schedule = bench.schedule.reconfigured(keys: keys, parallel: 8, attemptTimeout: .seconds(30))
    #expect(bench.schedule.clockSkew == .seconds(5))
    #expect(bench.schedule.keys[0].receipt == Bench.receipt())
    #expect(bench.schedule.keys[0].renewal == renewal)
    #expect(bench.schedule.keys[1].failures == 1)
    #expect(bench.schedule.keys[2].receipt == nil)
    let changed = try Bench.keys([0, 1], digest: "changed")
    let other = bench.schedule.reconfigured(keys: changed, parallel: 8, attemptTimeout: .seconds(30))
    #expect(other.keys[0].receipt == nil)
    #expect(other.keys[1].failures == 0)
  }

  @Test func anAnswerToTheReplacedConfigurationDoesNotCount() throws {
    var bench = try Bench()
    let old = try #require(bench.starts().first)
    bench.schedule = bench.schedule.reconfigured(
      keys: try Bench.keys([0]), parallel: 8, attemptTimeout: .seconds(30))
    let actions = bench.answer(old, [Bench.receipt()])
    #expect(!actions.contains { $0.isPublication })
    #expect(bench.schedule.keys[0].receipt == nil)
    #expect(try #require(actions.compactMap(\.started).first) > old)
  }

  @Test func keysThatWereBeingRenewedAreAskedForAgainAfterAReload() throws {
    var bench = try Bench()
    try bench.issue()
    bench.pass(.seconds(40_000))
    #expect(bench.starts().count == 1)
    bench.schedule = bench.schedule.reconfigured(
      keys: try Bench.keys([0]), parallel: 8, attemptTimeout: .seconds(30))
    bench.pass(.seconds(1))
    #expect(bench.starts().count == 1)
  }

  @Test func aChangedWindowCountsAfterAReload() throws {
    var bench = try Bench()
    try bench.issue()
    bench.schedule = bench.schedule.reconfigured(
      keys: try Bench.keys([0], renewBefore: .seconds(600)), parallel: 8, attemptTimeout: .seconds(30))
    let renewal = try #require(bench.schedule.keys[0].renewal)
    #expect(renewal >= Bench.start + .seconds(43_200 - 660) && renewal <= Bench.start + .seconds(43_200 - 600))
    #expect(bench.starts().isEmpty)
  }

  @Test(arguments: [-86_400, -61, 61, 86_400] as [Int64])
  func aClockStepAsksEverySourceOnce(seconds: Int64) throws {
    var bench = try Bench()
    try bench.issue()
    bench.pass(.seconds(10))
    #expect(bench.advance().isEmpty)
    bench.now.wall = bench.now.wall + .seconds(seconds)
    let id = try #require(bench.starts().first)
    // The answer tells what AWS's clock says, so what was published still lives.
    let repeated = bench.answer(id, [Bench.receipt()], skew: .seconds(-seconds))
    #expect(!repeated.contains { $0.started != nil })
    bench.pass(.seconds(10))
    #expect(bench.starts().isEmpty)
  }

  @Test func aCorrectionOfTheClockChangesNothing() throws {
    var bench = try Bench()
    try bench.issue()
    for _ in 0..<100 {
      bench.pass(.seconds(10))
      bench.now.wall = bench.now.wall + .milliseconds(500)
      #expect(bench.advance().isEmpty)
    }
  }

  @Test func suspendIsNoClockStep() throws {
    var bench = try Bench()
    try bench.issue()
    bench.pass(.seconds(20_000))
    #expect(bench.advance().isEmpty)
    bench.pass(.seconds(40_000))
    #expect(bench.advance().first == .report(.expired(key: 0)))
  }
}
