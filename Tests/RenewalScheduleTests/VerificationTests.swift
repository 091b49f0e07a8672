import KeyModel
import RenewalSchedule
import Testing

/// What is done with keys that were tried on Bedrock.
@Suite struct VerificationTests {
  static let refused = Verification.refused(Failure(.denied, "cannot use the key: Bedrock refuses it"))
  static let silent = Verification.inconclusive(Failure(.unreachable, "cannot verify the key: nobody answers"))
  static let hour = Bench.receipt(life: .seconds(3600))

  /// Ends the attempt that is due with a key of an hour, issued now, and what came of trying it.
  func answer(_ bench: inout Bench, _ verification: Verification?) throws -> [ScheduleAction] {
    let id = try #require(bench.starts().first)
    let receipt = Bench.receipt(issued: bench.now.wall, life: .seconds(3600))
    return bench.advance(.ended(id, .answered([.issued(receipt, verification)], clockSkew: nil)))
  }

  /// A schedule with a published key of an hour, at the moment when so much of it is left and an attempt is due.
  func bench(_ policy: VerificationPolicy, left: Duration) throws -> Bench {
    var bench = try Bench(verify: policy)
    let actions = try answer(&bench, .accepted)
    #expect(actions.count == 2 && actions[0].isPublication)
    bench.pass(.seconds(3600) - left)
    return bench
  }

  @Test(arguments: [VerificationPolicy.warn, .require]) func anAcceptedKeyIsPublished(policy: VerificationPolicy) throws
  {
    var bench = try bench(policy, left: .seconds(600))
    let actions = try answer(&bench, .accepted)
    #expect(actions.compactMap(\.report) == [.renewed(key: 0, recovered: false)] && actions[0].isPublication)
  }

  @Test(arguments: [Duration.seconds(1000), .seconds(1)]) func aRefusedKeyIsNeverPublished(left: Duration) throws {
    var bench = try bench(.require, left: left)
    let old = bench.schedule.keys[0].receipt
    let actions = try answer(&bench, Self.refused)
    let failure = try #require(Self.refused.doubt).failure
    #expect(actions == [.report(.failed(key: 0, failure, isNews: true))])
    #expect(bench.schedule.keys[0].receipt == old && bench.schedule.keys[0].lastFailure == failure)
    #expect(bench.schedule.keys[0].failureCounts == [.denied: 1])
  }

  @Test func aRefusedKeyIsNotPublishedWhereThereIsNoneEither() throws {
    var bench = try Bench(verify: .require)
    for failures in 1...4 {
      #expect(!(try answer(&bench, Self.refused)).contains { $0.isPublication })
      #expect(bench.schedule.keys[0].failures == failures && bench.schedule.keys[0].receipt == nil)
      // The usual backoff: at most 30 s where there is no key.
      let sleep = try #require(bench.schedule.sleep(at: bench.now))
      #expect(sleep >= .seconds(1) && sleep <= .seconds(30))
      bench.pass(sleep)
    }
    let actions = try answer(&bench, .accepted)
    #expect(actions[0].isPublication && actions[1] == .report(.renewed(key: 0, recovered: true)))
    #expect(bench.schedule.keys[0].failures == 0)
  }

  @Test func aSilentBedrockHoldsTheKeyBackUntilTheLastTenth() throws {
    var bench = try bench(.require, left: .seconds(361))
    let doubt = try #require(Self.silent.doubt)
    #expect(try answer(&bench, Self.silent) == [.report(.failed(key: 0, doubt.failure, isNews: true))])
    // It is tried again within a tenth of what is left.
    #expect(try #require(bench.schedule.sleep(at: bench.now)) <= .milliseconds(36_100))
    bench.pass(.seconds(37))
    let actions = try answer(&bench, Self.silent)
    #expect(actions[0].isPublication)
    #expect(actions.compactMap(\.report) == [.renewed(key: 0, recovered: true), .unverified(key: 0, doubt)])
    #expect(bench.schedule.keys[0].failures == 0 && bench.schedule.keys[0].doubt == doubt)
  }

  @Test func theLastTenthBeginsAtATenthOfTheLife() throws {
    var before = try bench(.require, left: .milliseconds(360_001))
    #expect(!(try answer(&before, Self.silent)).contains { $0.isPublication })
    var within = try bench(.require, left: .milliseconds(360_000))
    #expect((try answer(&within, Self.silent)).contains { $0.isPublication })
  }

  @Test func withoutALiveKeyAnUntriedOneIsBetterThanNone() throws {
    var bench = try Bench(verify: .require)
    #expect((try answer(&bench, Self.silent)).contains { $0.isPublication })
    var dead = try self.bench(.require, left: .seconds(-1))
    #expect((try answer(&dead, Self.silent)).contains { $0.isPublication })
  }

  @Test func aRenewalByHandDoesNotOverrule() throws {
    var bench = try bench(.require, left: .seconds(3000))
    let id = try #require(bench.starts(.renewalRequested([0])).first)
    let receipt = Bench.receipt(issued: bench.now.wall, life: .seconds(3600))
    let actions = bench.advance(.ended(id, .answered([.issued(receipt, Self.silent)], clockSkew: nil)))
    #expect(!actions.contains { $0.isPublication } && bench.schedule.keys[0].failures == 1)
  }

  @Test func aRepeatedKeyHasNothingToWaitFor() throws {
    var bench = try bench(.require, left: .seconds(1000))
    for (verification, failures) in [(Self.silent, 0), (Self.refused, 1)] {
      let id = try #require(bench.starts().first)
      let actions = bench.advance(.ended(id, .answered([.issued(Self.hour, verification)], clockSkew: nil)))
      #expect(!actions.contains { $0.isPublication } && bench.schedule.keys[0].failures == failures)
      bench.pass(.seconds(100))
    }
  }

  @Test func whatWasToBeTriedAndWasNotIsInDoubt() throws {
    var bench = try bench(.require, left: .seconds(1000))
    #expect(!(try answer(&bench, nil)).contains { $0.isPublication })
    var off = try Bench()
    #expect((try answer(&off, Self.refused)).contains { $0.isPublication })
    #expect(off.schedule.keys[0].doubt == nil)
  }

  @Test func aWarningIsToldOnceForEachChange() throws {
    var bench = try Bench(verify: .warn)
    var told: [ScheduleReport] = []
    let refusedAgain = Verification.refused(Failure(.denied, "cannot use the key: request id 2"))
    for verification in [Self.refused, refusedAgain, Self.silent, Self.silent, .accepted, .accepted, Self.refused] {
      let actions = try answer(&bench, verification)
      #expect(actions[0].isPublication && bench.schedule.keys[0].failures == 0)
      told += actions.compactMap(\.report).filter { $0 != .renewed(key: 0, recovered: false) }
      bench.pass(.seconds(3000))
    }
    let refused = try #require(Self.refused.doubt)
    let silent = try #require(Self.silent.doubt)
    #expect(
      told == [
        .unverified(key: 0, refused), .unverified(key: 0, silent), .verified(key: 0), .unverified(key: 0, refused),
      ])
  }

  @Test func aNewConfigurationKeepsWhatWasToldAndTakesTheNewPolicy() throws {
    var bench = try Bench(verify: .warn)
    _ = try answer(&bench, Self.refused)
    let keys = try Bench.keys([0], verify: .require)
    bench.schedule = bench.schedule.reconfigured(keys: keys, parallel: 8, attemptTimeout: .seconds(30))
    #expect(bench.schedule.keys[0].doubt == Self.refused.doubt)
    bench.pass(.seconds(3000))
    #expect(!(try answer(&bench, Self.refused)).contains { $0.isPublication })
  }
}
