import KeyModel
import KeyRotation
import ProcessMessages
import Testing

@Suite struct ProbeTests {
  /// A bench whose new credential was just made and is tried first.
  private func made(
    beside current: ServiceCredential? = nil, verification: VerificationPolicy = .require
  ) throws -> RotationBench {
    let new = try RotationBench.credential(2, age: .zero)
    var state = RotationState(user: "bedrock-batch")
    state.current = current
    state.pending = .made(new)
    return try RotationBench(
      state: state, durable: [current, new].compactMap { $0 }, verification: verification)
  }

  /// What is called next beside the looks, which find these credentials.
  private func next(_ bench: inout RotationBench, _ here: [ServiceCredential]) -> [LongTermCall] {
    while true {
      var calls = bench.advance().calls
      if calls == [.list] { calls = bench.end(.listed(here)).calls }
      guard calls.isEmpty else { return calls }
      bench.wait()
    }
  }

  @Test func aRefusalIsTriedAgainForTenMinutes() throws {
    var bench = try made()
    let new = try RotationBench.credential(2, age: .zero)
    var waits: [Int64] = []
    var last: [RotationAction] = []
    while bench.now.wall < new.created + .seconds(600) {
      #expect(next(&bench, [new]) == [.probe(new.id)])
      last = bench.end(.probed(.refused(RotationBench.refusal)))
      let before = bench.now.boot
      bench.wait()
      waits.append((bench.now.boot - before).wholeSeconds)
    }
    #expect(waits.prefix(7) == [1, 2, 4, 8, 16, 30, 30])
    #expect(last.told.isEmpty)
    #expect(next(&bench, [new]) == [.probe(new.id)])
    let actions = bench.end(.probed(.refused(RotationBench.refusal)))
    #expect(actions.told == ["Bedrock says no"])
    #expect(bench.machine.state.discarded == [new.id])
    #expect(bench.machine.state.current == nil)
    // The next one is not made at once, or a wrong policy would make one every ten minutes.
    #expect(bench.machine.due(at: bench.now) == bench.now.boot + .seconds(3600))
    bench.wait()
    #expect(bench.look([new]).calls == [.delete(new.id)])
  }

  @Test func aRefusedKeyIsPublishedWhereAWarningIsEnough() throws {
    var bench = try made(verification: .warn)
    let new = try RotationBench.credential(2, age: .zero)
    bench.pass(.seconds(600))
    #expect(next(&bench, [new]) == [.probe(new.id)])
    let actions = bench.end(.probed(.refused(RotationBench.refusal)))
    #expect(actions.contains(.publish(new.id)))
    #expect(actions.told.first?.contains("although Bedrock did not accept it: Bedrock says no") == true)
  }

  @Test func anUntriedKeyIsPublishedWhereNothingIsAsked() throws {
    var bench = try made(verification: .off)
    let new = try RotationBench.credential(2, age: .zero)
    #expect(bench.advance().contains(.publish(new.id)))
  }

  @Test func withoutAVerdictTheKeyWaitsForTheLastTenthOfTheOld() throws {
    let current = try RotationBench.credential(1, age: .seconds(60 * 86_400))
    var bench = try made(beside: current)
    let new = try RotationBench.credential(2, age: .zero)
    #expect(next(&bench, [current, new]) == [.probe(new.id)])
    let end = try #require(current.expires)
    while bench.now.wall < end - .seconds(9 * 86_400) {
      #expect(bench.end(.probed(.inconclusive(RotationBench.silence))).told == ["nobody answers"])
      #expect(next(&bench, [current, new]) == [.probe(new.id)])
    }
    #expect(bench.now.wall < end - .seconds(9 * 86_400 - 400))
    let actions = bench.end(.probed(.inconclusive(RotationBench.silence)))
    #expect(actions.contains(.publish(new.id)))
    #expect(bench.machine.state.formers.map(\.credential.id) == [current.id])
  }

  @Test func withoutAVerdictAndWithoutAnOldKeyItIsPublishedAtOnce() throws {
    var bench = try made()
    let new = try RotationBench.credential(2, age: .zero)
    #expect(next(&bench, [new]) == [.probe(new.id)])
    #expect(bench.end(.probed(.inconclusive(RotationBench.silence))).contains(.publish(new.id)))
  }

  @Test func anOldKeyThatIsWithdrawnMeanwhileIsNotWaitedFor() throws {
    let current = try RotationBench.credential(1)
    var withdrawn = current
    withdrawn.status = .inactive
    var bench = try made(beside: current)
    let new = try RotationBench.credential(2, age: .zero)
    #expect(next(&bench, [current, new]) == [.probe(new.id)])
    #expect(!bench.end(.probed(.inconclusive(RotationBench.silence))).contains(.publish(new.id)))
    bench.pass(.seconds(3600))
    #expect(next(&bench, [withdrawn, new]) == [.probe(new.id)])
    #expect(bench.end(.probed(.inconclusive(RotationBench.silence))).contains(.publish(new.id)))
  }
}
