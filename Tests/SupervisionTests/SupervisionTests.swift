import KeyModel
import Testing

@testable import Supervision

/// The decisions about a program, second by second.
@Suite struct SupervisionTests {
  private func machine(_ renewal: SupervisionPolicy.Renewal) -> Supervision {
    Supervision(SupervisionPolicy(onRenewal: renewal, grace: .seconds(10)))
  }

  /// A machine whose program was started at second 100.
  private func running(_ renewal: SupervisionPolicy.Renewal) -> Supervision {
    var supervision = machine(renewal)
    #expect(supervision.advance(.newKey, at: .seconds(100)) == [.start])
    return supervision
  }

  @Test func nothingStartsBeforeTheFirstKey() {
    var supervision = machine(.restart)
    #expect(supervision.advance(.elapsed, at: .seconds(5)) == [])
    #expect(supervision.wake == nil)
    #expect(supervision.advance(.newKey, at: .seconds(6)) == [.start])
  }

  @Test(arguments: [1, 2, 3, 15] as [Int32])
  func aSignalEndsTheWaiting(_ number: Int32) {
    var supervision = machine(.restart)
    #expect(supervision.advance(.signal(number), at: .seconds(1)) == [.exit(128 + number)])
    #expect(supervision.advance(.newKey, at: .seconds(2)) == [])
  }

  @Test func otherSignalsDoNotEndTheWaiting() {
    var supervision = machine(.restart)
    #expect(supervision.advance(.signal(28), at: .seconds(1)) == [])
    #expect(supervision.advance(.newKey, at: .seconds(2)) == [.start])
  }

  @Test func theCodeIsPassedOn() {
    for code in [0, 3, 143] as [Int32] {
      var supervision = running(.restart)
      #expect(supervision.advance(.ended(code), at: .seconds(200)) == [.exit(code)])
      #expect(supervision.advance(.newKey, at: .seconds(201)) == [])
    }
    var supervision = running(.restart)
    #expect(supervision.advance(.startFailed(127), at: .seconds(100)) == [.exit(127)])
  }

  @Test func aNewKeyRestarts() {
    var supervision = running(.restart)
    #expect(supervision.advance(.newKey, at: .seconds(105)) == [.endGroup])
    #expect(supervision.wake == .seconds(115))
    #expect(supervision.advance(.newKey, at: .seconds(106)) == [])
    #expect(supervision.advance(.ended(143), at: .seconds(107)) == [])
    #expect(supervision.advance(.groupEmpty, at: .seconds(107)) == [.start])
    #expect(supervision.wake == nil)
  }

  @Test func startsAreFiveSecondsApart() {
    var supervision = running(.restart)
    #expect(supervision.advance(.newKey, at: .seconds(101)) == [])
    #expect(supervision.wake == .seconds(105))
    #expect(supervision.advance(.newKey, at: .seconds(102)) == [])
    #expect(supervision.advance(.elapsed, at: .milliseconds(104_999)) == [])
    #expect(supervision.advance(.elapsed, at: .seconds(105)) == [.endGroup])
  }

  /// A key that changes ten times a second for a minute: at most one start in five seconds.
  @Test func noStormOfRestarts() {
    var supervision = machine(.restart)
    var starts: [Duration] = []
    for tenth in 0..<600 {
      let now = Duration.milliseconds(tenth * 100)
      for event in [Supervision.Event.elapsed, .newKey] {
        for action in supervision.advance(event, at: now) {
          if action == .start { starts.append(now) }
          guard action == .endGroup else { continue }
          #expect(supervision.advance(.ended(143), at: now) == [])
          #expect(supervision.advance(.groupEmpty, at: now) == [.start])
          starts.append(now)
        }
      }
    }
    #expect(starts.count == 12)
    for (earlier, later) in zip(starts, starts.dropFirst()) { #expect(later - earlier >= .seconds(5)) }
  }

  @Test func theGroupIsKilledAfterTheGrace() {
    var supervision = running(.restart)
    _ = supervision.advance(.newKey, at: .seconds(110))
    #expect(supervision.advance(.elapsed, at: .milliseconds(119_999)) == [])
    #expect(supervision.advance(.elapsed, at: .seconds(120)) == [.killGroup])
    #expect(supervision.advance(.elapsed, at: .seconds(121)) == [])
    #expect(supervision.advance(.ended(137), at: .seconds(121)) == [])
    #expect(supervision.advance(.groupEmpty, at: .seconds(121)) == [.start])
  }

  @Test func whatTheProgramLeftIsWaitedForAndKilled() {
    var supervision = running(.restart)
    _ = supervision.advance(.newKey, at: .seconds(110))
    #expect(supervision.advance(.ended(0), at: .seconds(111)) == [])
    #expect(supervision.wake == .seconds(120))
    #expect(supervision.advance(.elapsed, at: .seconds(120)) == [.killGroup])
    #expect(supervision.advance(.groupEmpty, at: .seconds(120)) == [.start])
  }

  @Test func aSignalIsSentAtEveryNewKey() {
    var supervision = running(.signal(1))
    #expect(supervision.advance(.newKey, at: .seconds(101)) == [.send(1)])
    #expect(supervision.advance(.newKey, at: .seconds(102)) == [.send(1)])
    #expect(supervision.wake == nil)
  }

  @Test func ignoreIsNothing() {
    var supervision = running(.ignore)
    #expect(supervision.advance(.newKey, at: .seconds(500)) == [])
    #expect(supervision.advance(.ended(7), at: .seconds(501)) == [.exit(7)])
  }

  @Test func signalsArePassedOn() {
    var supervision = running(.restart)
    for number in [1, 2, 3, 10, 12, 15, 28] as [Int32] {
      #expect(supervision.advance(.signal(number), at: .seconds(101)) == [.send(number)])
    }
  }

  @Test func nothingIsStartedAfterATermination() {
    var supervision = running(.restart)
    _ = supervision.advance(.newKey, at: .seconds(101))
    #expect(supervision.advance(.signal(15), at: .seconds(102)) == [.send(15)])
    #expect(supervision.wake == nil)
    #expect(supervision.advance(.newKey, at: .seconds(110)) == [])
    #expect(supervision.advance(.ended(0), at: .seconds(120)) == [.exit(0)])
  }

  @Test func anInterruptThatTheProgramSurvivesChangesNothing() {
    var supervision = running(.restart)
    #expect(supervision.advance(.signal(2), at: .seconds(102)) == [.send(2)])
    #expect(supervision.advance(.newKey, at: .seconds(110)) == [.endGroup])
  }

  @Test func aTerminationDuringARestartIsTheEnd() {
    var supervision = running(.restart)
    _ = supervision.advance(.newKey, at: .seconds(110))
    #expect(supervision.advance(.signal(15), at: .seconds(111)) == [.send(15)])
    #expect(supervision.advance(.ended(143), at: .seconds(112)) == [.exit(143)])
  }

  @Test func aTerminationBetweenTwoProgramsIsTheEnd() {
    var supervision = running(.restart)
    _ = supervision.advance(.newKey, at: .seconds(110))
    _ = supervision.advance(.ended(0), at: .seconds(111))
    #expect(supervision.advance(.signal(10), at: .seconds(111)) == [])
    #expect(supervision.advance(.signal(15), at: .seconds(112)) == [.exit(143)])
  }

  @Test func wordsOfTheCommandLine() {
    let expected: [String: SupervisionPolicy.Renewal] = [
      "restart": .restart, "ignore": .ignore, "signal:HUP": .signal(1), "signal:SIGUSR2": .signal(12),
      "signal:usr1": .signal(10), "signal:15": .signal(15), "signal:64": .signal(64),
    ]
    for (word, renewal) in expected { #expect(SupervisionPolicy.renewal(word) == renewal) }
    for word in ["", "reload", "signal", "signal:", "signal:KILL", "signal:9", "signal:19", "signal:0", "signal:65"] {
      #expect(SupervisionPolicy.renewal(word) == nil)
    }
  }
}
