import KeyModel
import KeyRotation
import ProcessMessages
import RenewalSchedule
import Testing

/// Five years of keys of 90 days, and a consumer that reads its key anew within the grace.
@Suite struct FiveYearsTests {
  static let years: Duration = .seconds(5 * 365 * 86_400)
  static let rereads: Duration = .seconds(36 * 3600)

  private struct Story {
    var world: RotationWorld
    var random: SeededRandom
    /// Spans in which AWS is out of reach.
    var outages: [Range<Timestamp>] = []
    var faultEvery = 0
    var held: CredentialID?
    var nextReading = RotationWorld.epoch
    var refusals = 0
    var requests = 0

    mutating func run() {
      let end = RotationWorld.epoch + FiveYearsTests.years
      while world.wall < end && world.violations.isEmpty {
        let step = min(end, world.wall + .seconds(1800))
        if let action = world.nextAction(until: step) { world.perform(action, fault(at: action)) }
        consume()
      }
    }

    private mutating func fault(at action: RotationAction) -> RotationFault? {
      let possible = RotationFault.possible(at: action)
      if case .call = action, outages.contains(where: { $0.contains(world.wall) }) { return .lost }
      guard faultEvery > 0, !possible.isEmpty, Int.random(in: 0..<faultEvery, using: &random) == 0 else { return nil }
      return possible.randomElement(using: &random)
    }

    /// A request with the key that was read last.
    private mutating func consume() {
      if world.wall >= nextReading {
        held = world.published
        nextReading = world.wall + (held == nil ? .zero : FiveYearsTests.rereads)
      }
      guard let held else { return }
      requests += 1
      if !world.iam.accepts(held, at: world.wall) { refusals += 1 }
    }
  }

  private func story(seed: UInt64) throws -> Story {
    let settings = RotationSettings(
      key: try #require(KeyName("batch")),
      longTerm: LongTermSettings(user: "bedrock-batch", ageDays: 90, grace: .seconds(48 * 3600), adopts: true),
      verification: .require)
    return Story(world: RotationWorld(settings), random: SeededRandom(seed: seed))
  }

  /// How late each rotation was: from a key's renewal time, two thirds of its life, to the publication of the next.
  private func delays(_ world: RotationWorld) -> [Duration] {
    let moments = world.publications.values.sorted()
    return zip(moments, moments.dropFirst()).map { $1 - $0 - .seconds(60 * 86_400) }
  }

  @Test func rotatesOnTimeWhenNothingGoesWrong() throws {
    var story = try story(seed: 1)
    story.run()
    let late = delays(story.world)
    print("simulation: five years: \(late.count) rotations, the latest \(late.max() ?? .zero) after its time")
    #expect(story.world.violations.isEmpty)
    #expect(story.refusals == 0 && story.requests > 80_000)
    #expect(late.count == 30)
    #expect(late.allSatisfy { $0 <= .seconds(60) })
  }

  @Test func noRequestIsRefusedWhateverGoesWrong() throws {
    var (requests, rotations) = (0, 0)
    for seed in UInt64(0)..<4 {
      var story = try story(seed: seed)
      story.faultEvery = 20
      var moment = RotationWorld.epoch
      while moment < RotationWorld.epoch + Self.years {
        moment = moment + story.random.span(upTo: .seconds(60 * 86_400))
        story.outages.append(moment..<moment + story.random.span(upTo: .seconds(5 * 86_400)))
      }
      story.run()
      #expect(story.world.violations.isEmpty, "seed \(seed): \(story.world.violations)")
      #expect(story.refusals == 0, "seed \(seed)")
      // An outage of five days, or two in a row, and the hours after it.
      #expect(delays(story.world).allSatisfy { $0 <= .seconds(12 * 86_400) }, "seed \(seed): \(delays(story.world))")
      requests += story.requests
      rotations += delays(story.world).count
    }
    print("simulation: five years of faults and outages, seeds 0-3: \(rotations) rotations, \(requests) requests")
    #expect(rotations >= 4 * 24)
  }
}
