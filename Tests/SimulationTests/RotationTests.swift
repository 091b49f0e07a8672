import KeyModel
import KeyRotation
import ProcessMessages
import Testing

/// Every fault at every action of three rotations, alone and in pairs.
@Suite struct RotationTests {
  /// Three keys of three days: made at once, renewed after two days each, deactivated at the end of a grace of 12 hours;
  /// the third needs the slot of the first.
  static let end = RotationWorld.epoch + .seconds(112 * 3600)

  static func settings(adopts: Bool, verification: VerificationPolicy = .require) throws -> RotationSettings {
    RotationSettings(
      key: try #require(KeyName("batch")),
      longTerm: LongTermSettings(user: "bedrock-batch", ageDays: 3, grace: .seconds(12 * 3600), adopts: adopts),
      verification: verification)
  }

  /// Runs a world to its end; at each action, as long as faults are left, every fault is tried in a world of its own.
  private func explore(_ start: RotationWorld, faults: Int, path: [String], _ found: inout Findings) {
    var world = start
    while world.wall < Self.end && world.violations.isEmpty {
      guard let action = world.nextAction(until: Self.end) else { continue }
      if faults > 0 && world.isFaultPoint(action) {
        for fault in RotationFault.possible(at: action) {
          var fork = world
          fork.perform(action, fault)
          explore(fork, faults: faults - 1, path: path + ["\(fault) at \(action.name)"], &found)
        }
      }
      world.perform(action)
    }
    found.cases += 1
    found.judge(world, path)
  }

  private struct Findings {
    var cases = 0
    var creations = 0
    var ambiguities = 0
    var problems: [String] = []

    mutating func judge(_ world: RotationWorld, _ path: [String]) {
      creations += world.creations
      if world.reports.contains(where: { if case .ambiguous = $0 { true } else { false } }) { ambiguities += 1 }
      guard problems.count < 5 else { return }
      var wrong = world.violations
      if wrong.isEmpty && !world.isDisturbed { wrong = unfinished(world) }
      if !wrong.isEmpty { problems.append("\(path.joined(separator: ", then ")): \(wrong)") }
    }

    /// What a finished story must look like: the third key is published, the second inactive, and nothing else is there.
    private func unfinished(_ world: RotationWorld) -> [String] {
      var wrong: [String] = []
      if world.publications.count != 3 { wrong.append("\(world.publications.count) keys were published, not 3") }
      let working = world.iam.credentials.filter { world.iam.accepts($0.id, at: world.wall) }.map(\.id)
      if working != [world.published].compactMap({ $0 }) { wrong.append("these work: \(working.map(\.text))") }
      let stray = world.iam.credentials.map(\.id).filter { !world.machine.state.ours.contains($0) }
      if !stray.isEmpty { wrong.append("nobody knows of \(stray.map(\.text))") }
      if world.machine.state.pending != nil { wrong.append("something is pending") }
      return wrong
    }
  }

  @Test(arguments: [(true, RotationOperator.deletes), (false, .deletes), (false, .renews)])
  func everyPairOfFaultsIsOvercome(adopts: Bool, by operatorChoice: RotationOperator) throws {
    var found = Findings()
    explore(RotationWorld(try Self.settings(adopts: adopts), operatorChoice), faults: 2, path: [], &found)
    print(
      "simulation: rotation with adopt = \(adopts), operator \(operatorChoice): \(found.cases) cases,"
        + " \(found.creations) credentials made, \(found.ambiguities) ambiguous")
    #expect(found.problems.isEmpty, "\(found.problems.joined(separator: "\n"))")
    #expect(found.cases > 1000)
    #expect((found.ambiguities > 0) == !adopts)
  }
}
