import KeyModel
import KeyRotation
import ProcessMessages
import Testing

@Suite struct LostAnswerTests {
  /// A bench whose first creation was asked for and not answered.
  private func lost(adopts: Bool) throws -> RotationBench {
    var bench = try RotationBench(adopts: adopts)
    #expect(bench.look([]).calls == [.create(ageDays: 90)])
    #expect(bench.end(.failed(RotationBench.silence, isCertain: false)).told == ["nobody answers"])
    bench.wait()
    return bench
  }

  @Test func whatAppearedIsAdoptedWhereNobodyElseMakesAny() throws {
    var bench = try lost(adopts: true)
    let new = try RotationBench.credential(1, age: .seconds(-1))
    #expect(bench.look([new]).calls == [.delete(new.id)])
    _ = bench.end(.done)
    #expect(bench.end(.listed([])).calls == [.create(ageDays: 90)])
  }

  @Test func whatIsOlderThanTheIntentIsNeverTouched() throws {
    var bench = try lost(adopts: true)
    let older = try RotationBench.credential(1, age: .seconds(301))
    #expect(bench.look([older]).calls.isEmpty)
    #expect(bench.machine.state.discarded.isEmpty)
  }

  /// One creation makes one credential: of two that appeared, one is somebody's.
  @Test func twoThatAppearedAreNotAdopted() throws {
    var bench = try lost(adopts: true)
    let appeared = [
      try RotationBench.credential(1, age: .seconds(-1)), try RotationBench.credential(2, age: .seconds(-2)),
    ]
    #expect(bench.look(appeared).calls.isEmpty)
    #expect(bench.machine.ambiguous == appeared.map(\.id))
  }

  @Test func withoutAdoptionAPersonSettlesIt() throws {
    var bench = try lost(adopts: false)
    let new = try RotationBench.credential(1, age: .seconds(-1))
    let actions = bench.look([new])
    #expect(actions.calls.isEmpty)
    let told = try #require(actions.told.first)
    #expect(told.contains("bedrock-keyd long-term delete \(new.id.text) --user bedrock-batch"))
    #expect(told.contains("bedrock-keyd renew batch"))
    // Told once, not every five minutes.
    bench.wait()
    #expect(bench.look([new]).told.isEmpty)
    #expect(bench.advance(.renewalRequested).calls == [.list])
    #expect(bench.end(.listed([new])).calls == [.create(ageDays: 90)])
    #expect(bench.machine.ambiguous.isEmpty)
  }

  /// IAM is eventually consistent: what did not appear at once may appear later.
  @Test func nothingIsMadeAnewForThreeMinutes() throws {
    var bench = try lost(adopts: true)
    let since = bench.now.boot
    while bench.look([]).calls.isEmpty { bench.wait() }
    #expect(bench.now.boot - since >= .seconds(170) && bench.now.boot - since <= .seconds(200))
  }

  @Test func aRefusedCreationIsNoSecret() throws {
    var bench = try RotationBench()
    #expect(bench.look([]).calls == [.create(ageDays: 90)])
    _ = bench.end(.failed(RotationBench.refusal, isCertain: true))
    #expect(bench.machine.state.pending == nil)
  }
}
