import KeyModel
import Testing

@testable import AWSClient

/// What the dates of answers tell of AWS's clock.
@Suite struct AWSClockTests {
  let start = ClockReading(wall: Timestamp(milliseconds: 1_790_000_000_400), boot: .seconds(50))

  /// What is learned where AWS's clock is truly so far ahead, its date is written in the middle of the exchange and
  /// rounded down as the header has it.
  func learned(ahead: Duration, within span: Duration = .milliseconds(80), known: Duration = .zero) -> AWSClock {
    let clock = AWSClock(skew: known)
    let date = (start.later(by: span / 2).wall + ahead).wholeSecond
    clock.learn(date, sent: start, received: start.later(by: span))
    return clock
  }

  @Test func whatIsNoiseIsNoSkew() {
    for ahead in stride(from: -950, through: 950, by: 50) {
      #expect(learned(ahead: .milliseconds(ahead)).skew == .zero, "\(ahead) ms")
    }
    #expect(learned(ahead: .zero, known: .seconds(1)).skew == .zero)
  }

  @Test(arguments: [3, -3, 245, 3600, -3600, 86_400 * 400])
  func aSkewIsLearnedToASecond(seconds: Int) {
    let clock = learned(ahead: .seconds(seconds))
    #expect(clock.isLearned)
    #expect(clock.skew > .seconds(seconds - 1) && clock.skew < .seconds(seconds + 1))
  }

  @Test func aKnownSkewStaysWhileItIsPlausible() {
    #expect(learned(ahead: .seconds(3600), known: .milliseconds(3_600_700)).skew == .milliseconds(3_600_700))
    #expect(learned(ahead: .seconds(3600), known: .seconds(3603)).skew != .seconds(3603))
  }

  @Test func aSlowAnswerSaysNothing() {
    let clock = learned(ahead: .seconds(3600), within: .seconds(11))
    #expect(!clock.isLearned && clock.skew == .zero)
  }

  @Test func anAnswerOverWhichTheClockWasSetSaysNothing() {
    let clock = AWSClock(skew: .seconds(30))
    var end = start.later(by: .seconds(1))
    end.wall = end.wall + .seconds(3600)
    clock.learn(start.wall, sent: start, received: end)
    #expect(!clock.isLearned && clock.skew == .seconds(30))
  }
}
