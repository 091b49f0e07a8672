import KeyModel
import KeyRotation
import ProcessMessages
import Testing

/// IAM, the clock or the configuration say what is not so, or what will be otherwise soon.
@Suite struct MistakenTests {
  static let denial = Failure(.denied, "IAM says no")

  @Test func aRefusedCreationIsAskedForLessAndLessOften() throws {
    var bench = try RotationBench()
    var waits: [Int64] = []
    for _ in 1...9 {
      #expect(bench.look([]).calls == [.create(ageDays: 90)])
      _ = bench.end(.failed(Self.denial, isCertain: true))
      let before = bench.now.boot
      bench.wait()
      waits.append((bench.now.boot - before).wholeSeconds)
    }
    #expect(waits == [2, 4, 8, 16, 32, 64, 128, 256, 300])
  }

  @Test func anAnswerThatIsLateIsWaitedFor() throws {
    let settings = RotationSettings(
      key: try #require(KeyName("batch")),
      longTerm: LongTermSettings(user: "u", ageDays: 90, grace: .seconds(3600), adopts: false),
      verification: .off, attemptTimeout: .seconds(600))
    var machine = KeyRotation(settings, state: nil, durable: [])
    var now = ClockReading(wall: RotationBench.start, boot: .seconds(1000))
    _ = machine.advance(.woke, at: now)
    #expect(machine.advance(.ended(.listed([]), durable: []), at: now).calls == [.create(ageDays: 90)])
    now = now.later(by: .seconds(600))
    _ = machine.advance(.ended(.failed(RotationBench.silence, isCertain: false), durable: []), at: now)
    now = now.later(by: .seconds(2))
    #expect(machine.advance(.woke, at: now).calls == [.list])
    #expect(machine.advance(.ended(.listed([]), durable: []), at: now).calls.isEmpty)
    now = now.later(by: .seconds(58))
    #expect(machine.advance(.woke, at: now).calls == [.list])
    #expect(machine.advance(.ended(.listed([]), durable: []), at: now).calls == [.create(ageDays: 90)])
  }

  @Test func whatIsListedLongAfterItsDeletionIsDeletedAgain() throws {
    let current = try RotationBench.credential(1)
    let stray = try RotationBench.credential(2)
    var state = RotationBench.state(current: current)
    state.deleted = [.init(id: stray.id, at: RotationBench.start)]
    var bench = try RotationBench(state: state, durable: [current])
    #expect(bench.look([current, stray]).calls.isEmpty)
    bench.pass(.seconds(3600))
    #expect(bench.look([current, stray]).calls == [.delete(stray.id)])
  }

  @Test func aGraceBeginsByTheClockOfAWS() throws {
    let former = try RotationBench.credential(1, age: .seconds(30 * 86_400))
    let current = try RotationBench.credential(2)
    var bench = try RotationBench(
      state: RotationBench.state(current: current, formers: [.init(credential: former)]), durable: [former, current])
    // Our clock is ten days behind until the first list teaches AWS's time.
    let right = bench.now
    bench.now.wall = right.wall - .seconds(10 * 86_400)
    #expect(bench.advance().calls == [.list])
    _ = bench.advance(.published(current.id, renewal: nil))
    bench.now = right
    #expect(bench.end(.listed([former, current])).calls.isEmpty)
    #expect(bench.machine.state.formers.map(\.graceEnds) == [right.wall + .seconds(48 * 3600)])
  }

  @Test func aListWithoutTheCurrentKeyCostsNothing() throws {
    let former = try RotationBench.credential(1, age: .seconds(30 * 86_400), status: .inactive)
    let current = try RotationBench.credential(2)
    let state = RotationBench.state(
      current: current, formers: [.init(credential: former, deactivated: RotationBench.start)])
    let unknown = try RotationBench.credential(3)
    var bench = try RotationBench(state: state, durable: [former, current, unknown])
    let actions = bench.look([])
    #expect(bench.machine.state.formers.map(\.credential.id) == [former.id])
    #expect(!actions.contains { if case .forget = $0 { true } else { false } })
    #expect(actions.calls.isEmpty && actions.told.count == 1)
  }

  @Test func anIdThatIsMadeLongAfterTheIntentIsSomebodyElses() throws {
    let current = try RotationBench.credential(1)
    var state = RotationBench.state(current: current)
    state.pending = .intended(listed: [current.id], at: RotationBench.start - .seconds(86_400))
    let later = try RotationBench.credential(2, age: .seconds(3600))
    var bench = try RotationBench(state: state, durable: [current], adopts: true)
    #expect(bench.look([current, later]).calls.isEmpty)
    #expect(bench.machine.state.discarded.isEmpty && bench.machine.state.pending == nil)
  }
}
