import KeyModel
import KeyRotation
import ProcessMessages
import Testing

/// Users whose credentials are not the daemon's alone.
@Suite struct SharedUserTests {
  private func world(others: Int, adopts: Bool) throws -> RotationWorld {
    var world = RotationWorld(try RotationTests.settings(adopts: adopts))
    world.isDisturbed = true
    for _ in 0..<others { _ = world.iam.create(by: .somebody, ageDays: nil, at: world.wall) }
    world.pass(.seconds(60))
    return world
  }

  private func runs(
    _ start: RotationWorld, faults: Int, until end: Timestamp = RotationTests.end, _ finished: (RotationWorld) -> Void
  ) {
    var world = start
    while world.wall < end && world.violations.isEmpty {
      guard let action = world.nextAction(until: end) else { continue }
      if faults > 0 && world.isFaultPoint(action) {
        for fault in RotationFault.possible(at: action) {
          var fork = world
          fork.perform(action, fault)
          runs(fork, faults: faults - 1, until: end, finished)
        }
      }
      world.perform(action)
    }
    finished(world)
  }

  /// Texts of failures and warnings that were told.
  private func told(_ world: RotationWorld) -> [String] {
    world.reports.compactMap { report in
      switch report {
      case .failed(let failure), .warning(let failure), .ambiguous(let failure): failure.text
      case .settled, .step: nil
      }
    }
  }

  @Test(arguments: [true, false]) func bothSlotsOfOthersAreLeftAlone(adopts: Bool) throws {
    var cases = 0
    let end = RotationWorld.epoch + .seconds(2 * 3600)
    runs(try world(others: 2, adopts: adopts), faults: 2, until: end) { world in
      cases += 1
      #expect(world.violations.isEmpty)
      #expect(world.creations == 0)
      #expect(world.iam.credentials.map(\.status) == [.active, .active])
      #expect(told(world).contains { $0.contains("both of the credentials that IAM allows are somebody else's") })
    }
    print("simulation: both slots of others, adopt = \(adopts): \(cases) cases")
  }

  /// Without room for an overlap it says so long before, waits until the key died by itself, and then replaces it.
  @Test(arguments: [true, false]) func oneSlotOfOthersIsLeftAlone(adopts: Bool) throws {
    var cases = 0
    runs(try world(others: 1, adopts: adopts), faults: 1) { world in
      cases += 1
      #expect(world.violations.isEmpty, "\(world.violations)")
      let other = world.iam.credentials.filter { world.iam.makers[$0.id] == .somebody }
      #expect(other.map(\.status) == [.active])
      let early = told(world).firstIndex { $0.contains("cannot be rotated when it is due") }
      let late = told(world).firstIndex { $0.contains("one is somebody else's, and ours is active") }
      #expect(early != nil && late != nil && early ?? 0 < late ?? 0)
      #expect(world.publications.count == 2)
    }
    print("simulation: one slot of others, adopt = \(adopts): \(cases) cases")
  }

  /// Two daemons that know nothing of each other, the second started some time after the first.
  @Test func twoDaemonsDoNoDamage() throws {
    var cases = 0
    for offset in Int64(0)..<100 {
      var first = RotationWorld(try RotationTests.settings(adopts: false))
      var second = first
      second.maker = .otherDaemon
      (first.isDisturbed, second.isDisturbed) = (true, true)
      second.pass(.milliseconds(offset * 25))
      run(&first, &second)
      cases += 1
      for world in [first, second] {
        #expect(world.violations.isEmpty, "offset \(offset): \(world.violations)")
        #expect(told(world).contains { $0.contains("cannot be rotated when it is due") }, "offset \(offset)")
        #expect(told(world).contains { $0.contains("cannot rotate key") }, "offset \(offset)")
      }
      // Both stopped: each has the one key that it made first.
      #expect(first.creations + second.creations == 2, "offset \(offset)")
    }
    print("simulation: two daemons on one user: \(cases) cases")
  }

  /// Runs both side by side until their first keys are due, in steps that are shorter than any call.
  private func run(_ first: inout RotationWorld, _ second: inout RotationWorld) {
    var moment = RotationWorld.epoch
    let end = RotationWorld.epoch + .seconds(60 * 3600)
    while moment < end {
      moment = moment + (moment < RotationWorld.epoch + .seconds(20) ? .milliseconds(20) : .seconds(600))
      second.iam = pass(&first, until: moment)
      first.iam = pass(&second, until: moment)
    }
  }

  private func pass(_ world: inout RotationWorld, until moment: Timestamp) -> SimulatedIAM {
    while world.wall < moment {
      if let action = world.nextAction(until: moment) { world.perform(action) }
    }
    return world.iam
  }
}
