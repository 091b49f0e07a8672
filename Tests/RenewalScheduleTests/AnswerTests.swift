import KeyModel
import RenewalSchedule
import Testing

/// What becomes of an issuer's answer.
@Suite struct AnswerTests {
  @Test func aFirstKeyIsPublishedAndRenewedAtItsWindow() throws {
    var bench = try Bench()
    try bench.issue()
    let renewal = try #require(bench.schedule.keys[0].renewal)
    #expect(bench.schedule.isLive(0, at: bench.now))
    #expect(bench.schedule.sleep(at: bench.now) == renewal - bench.now.wall)
    bench.pass(renewal - bench.now.wall - .milliseconds(1))
    #expect(bench.advance().isEmpty)
    bench.pass(.milliseconds(1))
    #expect(bench.starts().count == 1)
  }

  @Test func repeatedCredentialsAreNotPublishedAndAskedForAgain() throws {
    var bench = try Bench()
    try bench.issue(Bench.receipt(life: .seconds(600)))
    bench.pass(.seconds(500))
    let id = try #require(bench.starts().first)
    #expect(bench.answer(id, [Bench.receipt(life: .seconds(600))]) == [.report(.repeated(key: 0))])
    #expect(bench.schedule.keys[0].failures == 0)
    #expect(bench.schedule.keys[0].renewals == 1)
    bench.pass(.milliseconds(9999))
    #expect(bench.starts().isEmpty)
    bench.pass(.milliseconds(1))
    let again = try #require(bench.starts().first)
    let longer = Bench.receipt(life: .milliseconds(600_001))
    #expect(bench.answer(again, [longer]).first == .publish(again, slot: 0, key: 0))
  }

  @Test(arguments: [
    Bench.receipt(life: .seconds(600), region: "eu-central-1"), Bench.receipt(life: .seconds(600), account: "2"),
  ])
  func aKeyForAnotherRegionOrAccountIsPublished(other: KeyReceipt) throws {
    var bench = try Bench()
    try bench.issue(Bench.receipt(life: .seconds(600)))
    bench.pass(.seconds(500))
    let id = try #require(bench.starts().first)
    #expect(bench.answer(id, [other]).first == .publish(id, slot: 0, key: 0))
  }

  @Test func aRenewalByHandTakesAnyLiveKey() throws {
    var bench = try Bench()
    try bench.issue()
    bench.pass(.seconds(2))
    let id = try #require(bench.starts(.renewalRequested([0])).first)
    let shorter = Bench.receipt(life: .seconds(60))
    #expect(bench.answer(id, [shorter]).contains(.report(.renewed(key: 0, recovered: false))))
    #expect(bench.schedule.keys[0].receipt == shorter)
  }

  @Test func aRenewalByHandDoesNotWaitForTheBackoff() throws {
    var bench = try Bench()
    for _ in 0..<6 {
      if let id = bench.starts().first { _ = bench.advance(.ended(id, .failed(Bench.refusal))) }
      bench.pass(try #require(bench.schedule.sleep(at: bench.now)))
    }
    let last = try #require(bench.starts().first)
    _ = bench.advance(.ended(last, .failed(Bench.refusal)))
    bench.pass(.seconds(1))
    #expect(bench.starts().isEmpty)
    #expect(bench.starts(.renewalRequested([0])).count == 1)
  }

  @Test(arguments: [Bench.receipt(life: .zero), Bench.receipt(issued: Bench.start + .seconds(241))])
  func aKeyThatDoesNotLiveIsAFailure(dead: KeyReceipt) throws {
    var bench = try Bench()
    let id = try #require(bench.starts().first)
    let actions = bench.answer(id, [dead])
    #expect(!actions.contains { $0.isPublication })
    #expect(bench.schedule.keys[0].failures == 1)
    #expect(bench.schedule.keys[0].receipt == nil)
  }

  @Test func failuresAreNewsOnceForEachReason() throws {
    var bench = try Bench()
    var news: [Bool] = []
    for failure in [Bench.refusal, Bench.refusal, Failure(.denied, "no"), Failure(.denied, "no, request 2")] {
      let id = try #require(bench.starts().first)
      for case .failed(_, _, let isNews) in bench.advance(.ended(id, .failed(failure))).compactMap(\.report) {
        news.append(isNews)
      }
      bench.pass(.seconds(31))
    }
    #expect(news == [true, false, true, false])
    #expect(bench.schedule.keys[0].failures == 4)
    let id = try #require(bench.starts().first)
    #expect(
      bench.answer(id, [Bench.receipt(issued: bench.now.wall)]).contains(.report(.renewed(key: 0, recovered: true))))
    #expect(bench.schedule.keys[0].lastFailure == nil)
  }

  @Test func anAnswerWithTooFewOutcomesFailsTheRest() throws {
    var bench = try Bench(sources: [0, 0])
    let id = try #require(bench.starts().first)
    #expect(bench.answer(id, [Bench.receipt()]).first == .publish(id, slot: 0, key: 0))
    #expect(bench.schedule.keys[1].lastFailure?.reason == .internal)
  }

  @Test func learnedSkewDecidesWhatLives() throws {
    var bench = try Bench()
    let id = try #require(bench.starts().first)
    let ahead = Bench.receipt(issued: Bench.start + .seconds(3600), life: .seconds(600))
    #expect(bench.answer(id, [ahead], skew: .seconds(3600)).first == .publish(id, slot: 0, key: 0))
    #expect(bench.schedule.corrected(bench.now) == Bench.start + .seconds(3600))
    #expect(try #require(bench.schedule.sleep(at: bench.now)) <= .seconds(400))
  }

  @Test func wildNumbersOfAnAnswerStopNothing() throws {
    let ends = [Int64.min, .max]
    for (issued, expires) in ends.flatMap({ first in ends.map { (first, $0) } }) {
      for skew in ends {
        var bench = try Bench()
        let id = try #require(bench.starts().first)
        var wild = Bench.receipt(issued: Timestamp(milliseconds: issued))
        wild.expires = Timestamp(milliseconds: expires)
        _ = bench.answer(id, [wild], skew: .milliseconds(skew))
        for _ in 0..<3 {
          bench.pass(.seconds(31))
          for started in bench.starts() { _ = bench.advance(.ended(started, .failed(Bench.refusal))) }
          _ = bench.schedule.sleep(at: bench.now)
        }
        #expect(bench.schedule.keys.count == 1)
      }
    }
  }
}
