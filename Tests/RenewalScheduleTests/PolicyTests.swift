import KeyModel
import RenewalSchedule
import Testing

/// The numbers of the renewal policy, one by one.
@Suite struct PolicyTests {
  private let hour: Duration = .seconds(3600)

  @Test func theWindowIsAThirdOfTheLifeAndNeverMoreThanHalf() {
    #expect(RenewalPolicy.window(life: hour * 12, renewBefore: nil) == hour * 4)
    #expect(RenewalPolicy.window(life: hour * 12, renewBefore: hour) == hour)
    #expect(RenewalPolicy.window(life: hour, renewBefore: hour * 4) == hour / 2)
    #expect(RenewalPolicy.window(life: .zero, renewBefore: nil) == .zero)
    #expect(RenewalPolicy.window(life: .zero - hour, renewBefore: nil) == .zero)
    #expect(RenewalPolicy.window(of: Bench.receipt(life: nil), renewBefore: hour) == nil)
  }

  @Test func jitterMakesTheRenewalEarlierByAtMostATenthOfTheWindow() throws {
    let receipt = Bench.receipt()
    let latest = Bench.start + hour * 8
    var moments: Set<Timestamp> = []
    for seed in 0..<500 {
      var random = SeededRandom(seed: UInt64(seed))
      let moment = try #require(RenewalPolicy.renewalTime(of: receipt, renewBefore: nil, random: &random))
      #expect(moment <= latest && moment >= latest - hour * 4 / 10)
      moments.insert(moment)
    }
    #expect(moments.count > 490)
    #expect(try #require(moments.max()) - (try #require(moments.min())) > hour * 3 / 10)
  }

  @Test func aKeyWithoutEndIsNotRenewed() {
    var random = SeededRandom(seed: 1)
    #expect(RenewalPolicy.renewalTime(of: Bench.receipt(life: nil), renewBefore: nil, random: &random) == nil)
  }

  @Test func keysOfUnknownExpirationAreRenewedHourly() throws {
    for seed in 0..<200 {
      var random = SeededRandom(seed: UInt64(seed))
      let long = Bench.receipt(known: false)
      let moment = try #require(RenewalPolicy.renewalTime(of: long, renewBefore: nil, random: &random))
      #expect(moment <= Bench.start + hour && moment >= Bench.start + hour - .seconds(120))
      let short = Bench.receipt(life: .seconds(600), known: false)
      let early = try #require(RenewalPolicy.renewalTime(of: short, renewBefore: nil, random: &random))
      #expect(early <= Bench.start + .seconds(400))
    }
  }

  @Test(arguments: [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 64), (7, 128), (8, 256), (9, 300), (5000, 300)])
  func theBackoffDoublesFromTwoSecondsToFiveMinutes(failures: Int, seconds: Int64) {
    for seed in 0..<50 {
      var random = SeededRandom(seed: UInt64(seed))
      let delay = RenewalPolicy.backoff(failures: failures, left: hour * 1000, random: &random)
      #expect(delay <= .seconds(seconds))
      #expect(delay >= max(.seconds(2), .seconds(seconds) * 8 / 10))
    }
  }

  @Test func theBackoffIsNeverMoreThanATenthOfWhatIsLeft() {
    var random = SeededRandom(seed: 1)
    for (left, most) in [(600, 60), (100, 10), (20, 2), (5, 2), (0, 2)] as [(Int64, Int64)] {
      let delay = RenewalPolicy.backoff(failures: 20, left: .seconds(left), random: &random)
      #expect(delay == .seconds(most))
    }
  }

  @Test func withoutALiveKeyAttemptsAreAtMostHalfAMinuteApart() {
    var random = SeededRandom(seed: 1)
    #expect(RenewalPolicy.backoff(failures: 20, left: nil, random: &random) == .seconds(30))
    #expect(RenewalPolicy.backoff(failures: 1, left: nil, random: &random) == .seconds(2))
    #expect(RenewalPolicy.backoff(failures: 0, left: nil, random: &random) == .seconds(2))
  }

  @Test func aRepeatingSourceIsAskedAgainAfterATenthOfWhatIsLeft() {
    for (left, wait) in [(100_000, 300), (3000, 300), (600, 60), (10, 1), (3, 1), (0, 1), (-5, 1)] as [(Int64, Int64)] {
      #expect(RenewalPolicy.repeatDelay(left: .seconds(left)) == .seconds(wait))
    }
  }

  @Test func theSameSeedGivesTheSameNumbers() {
    var (first, second) = (SeededRandom(seed: 42), SeededRandom(seed: 42))
    // The first outputs of the published algorithm for the seed 0.
    var zero = SeededRandom(seed: 0)
    #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
    #expect(zero.next() == 0x6E78_9E6A_A1B9_65F4)
    for _ in 0..<100 { #expect(first.span(upTo: .seconds(9)) == second.span(upTo: .seconds(9))) }
    #expect(first.span(upTo: .zero) == .zero)
    #expect(first.span(upTo: .seconds(-1)) == .zero)
  }
}
