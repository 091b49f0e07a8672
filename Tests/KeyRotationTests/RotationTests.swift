import KeyModel
import KeyRotation
import ProcessMessages
import Testing

@Suite struct RotationTests {
  @Test func thePublishedKeyComesFromTheDiskBeforeIAMIsAsked() throws {
    let current = try RotationBench.credential(1)
    var bench = try RotationBench(state: RotationBench.state(current: current), durable: [current])
    #expect(bench.advance() == [.publish(current.id), .call(.list)])
  }

  @Test func aRotationCanBeAskedForButNotInTheGrace() throws {
    let (old, current) = (try RotationBench.credential(1, age: .seconds(60 * 86_400)), try RotationBench.credential(2))
    let state = RotationBench.state(current: current, formers: [.init(credential: old)])
    var bench = try RotationBench(state: state, durable: [old, current])
    _ = bench.advance()
    #expect(bench.machine.refusal(at: bench.now)?.message.contains("is not in all its files yet") == true)
    _ = bench.advance(.published(current.id, renewal: nil))
    let end = bench.now.wall + .seconds(48 * 3600)
    #expect(bench.end(.listed([old, current])).calls.isEmpty)
    #expect(bench.machine.refusal(at: bench.now)?.message.contains("ends at \(end.rfc3339)") == true)
    while bench.now.wall < end {
      bench.wait()
      #expect(bench.advance().calls == [.list])
      if bench.now.wall < end { #expect(bench.end(.listed([old, current])).calls.isEmpty) }
    }
    #expect(bench.end(.listed([old, current])).calls == [.deactivate(old.id)])
    _ = bench.end(.done)
    #expect(bench.machine.refusal(at: bench.now) == nil)
    let idle = try RotationBench.credential(1, age: .seconds(60 * 86_400), status: .inactive)
    _ = bench.advance(.renewalRequested)
    #expect(bench.end(.listed([idle, current])).calls == [.delete(old.id)])
    #expect(bench.end(.done).contains(.forget(old.id)))
    // IAM may list it a while longer.
    #expect(bench.end(.listed([idle, current])).calls == [.create(ageDays: 90)])
  }

  @Test(arguments: [true, false]) func aWithdrawnKeyIsReplacedByHandOnly(isGone: Bool) throws {
    let current = try RotationBench.credential(1, age: .seconds(89 * 86_400))
    var withdrawn = current
    withdrawn.status = .inactive
    let found = isGone ? [] : [withdrawn]
    var bench = try RotationBench(state: RotationBench.state(current: current), durable: [current])
    let told = bench.look(found).told
    #expect(told.count == 1 && told[0].contains(isGone ? "was deleted by somebody" : "was deactivated by somebody"))
    _ = bench.advance(.published(current.id, renewal: bench.now.wall))
    bench.wait()
    #expect(bench.look(found).calls.isEmpty)
    let saved = bench.advance(.renewalRequested)
    #expect(saved.calls == [.list])
    #expect(bench.end(.listed(found)).calls == [.create(ageDays: 90)])
  }

  @Test func anExpiredKeyIsReplaced() throws {
    let current = try RotationBench.credential(1, age: .seconds(91 * 86_400), status: .expired)
    let other = try RotationBench.credential(7)
    var bench = try RotationBench(state: RotationBench.state(current: current), durable: [current])
    // Its slot is needed, since the other one is not ours.
    #expect(bench.look([current, other]).calls == [.delete(current.id)])
    #expect(bench.machine.state.discarded == [current.id])
    _ = bench.end(.done)
    #expect(bench.end(.listed([other])).calls == [.create(ageDays: 90)])
  }

  @Test func aFormerKeyThatSomebodyActivatedAgainIsLeftAlone() throws {
    let (old, current) = (try RotationBench.credential(1), try RotationBench.credential(2))
    let former = RotationState.Former(
      credential: old, graceEnds: RotationBench.start - .seconds(8 * 86_400),
      deactivated: RotationBench.start - .seconds(8 * 86_400))
    var bench = try RotationBench(
      state: RotationBench.state(current: current, formers: [former]), durable: [old, current])
    let actions = bench.look([old, current])
    #expect(actions.calls.isEmpty)
    #expect(actions.told.first?.contains("was activated again by somebody") == true)
    _ = bench.advance(.renewalRequested)
    let refused = bench.end(.listed([old, current]))
    #expect(refused.calls.isEmpty)
    #expect(refused.told.first?.contains("one was activated again") == true)
  }

  @Test func aFormerKeyIsDeletedAWeekAfterItsEnd() throws {
    let (old, current) = (try RotationBench.credential(1, status: .inactive), try RotationBench.credential(2))
    let former = RotationState.Former(
      credential: old, graceEnds: RotationBench.start, deactivated: RotationBench.start - .seconds(7 * 86_400 - 5))
    var bench = try RotationBench(
      state: RotationBench.state(current: current, formers: [former]), durable: [old, current])
    #expect(bench.look([old, current]).calls.isEmpty)
    bench.wait()
    #expect(bench.now.wall == RotationBench.start + .seconds(5))
    #expect(bench.look([old, current]).calls == [.delete(old.id)])
  }

  @Test func aFormerKeyStaysActiveWhileTheNewOneDoesNotWork() throws {
    let (old, current) = (try RotationBench.credential(1), try RotationBench.credential(2, status: .inactive))
    let former = RotationState.Former(credential: old, graceEnds: RotationBench.start - .seconds(1))
    var bench = try RotationBench(
      state: RotationBench.state(current: current, formers: [former]), durable: [old, current])
    #expect(bench.look([old, current]).calls.isEmpty)
  }

  @Test func whatWasLostWithTheStateIsFoundByItsSecrets() throws {
    let (old, current) = (try RotationBench.credential(1), try RotationBench.credential(2, age: .seconds(3600)))
    var bench = try RotationBench(durable: [current, old])
    #expect(bench.look([old, current]).calls == [.probe(current.id)])
    #expect(bench.end(.probed(.accepted)).contains(.publish(current.id)))
    #expect(bench.machine.state.formers.map(\.credential.id) == [old.id])
  }

  @Test func nothingIsDoneAfterAStateThatCannotBeSaved() throws {
    var bench = try RotationBench()
    #expect(bench.look([]).calls == [.create(ageDays: 90)])
    let failure = Failure(.misconfigured, "cannot write it: no space left")
    #expect(bench.advance(.saveFailed(failure)) == [.report(.failed(failure))])
    #expect(bench.advance().isEmpty)
    bench.wait()
    let actions = bench.advance()
    guard case .save = actions.first else {
      Issue.record("the state is not saved first: \(actions)")
      return
    }
    #expect(actions.calls == [.list])
  }
}
