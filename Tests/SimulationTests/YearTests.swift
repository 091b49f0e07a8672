import KeyModel
import RenewalSchedule
import Testing

/// A simulated year per seed. Each test prints its seeds; one that fails names its own.
@Suite struct YearTests {
  static let seeds: [ClosedRange<UInt64>] = [0...49, 50...99, 100...149, 150...199]

  private func year(_ scenario: Scenario, seed: UInt64) -> World {
    var world = World(scenario, seed: seed)
    world.run()
    return world
  }

  @Test(arguments: [
    // Life, renewals a day at least and at most: the window is a third of the life, and up to a tenth of it more.
    (CredentialLife.fresh(.seconds(3600)), 36.0, 38.5),
    (CredentialLife.unlimited, 3.0, 3.3),
    (CredentialLife.fresh(.seconds(43_200)), 3.0, 3.3),
    // Shared credentials of 6 hours are new only 5 minutes before their end: one key for each of them.
    (CredentialLife.shared(.seconds(6 * 3600)), 4.0, 4.2),
  ])
  func renewsAsOftenAsThePolicySays(life: CredentialLife, least: Double, most: Double) {
    let world = year(Scenario(lives: [life]), seed: 1)
    let daily = Double(world.renewals) / 365
    print("simulation: \(life): \(daily) renewals a day, \(world.starts[0].count) attempts in the year, seed 1")
    #expect(world.violations.isEmpty)
    #expect(daily >= least && daily <= most)
  }

  @Test(arguments: [
    CredentialLife.fresh(.seconds(3600)), .fresh(.seconds(60)), .shared(.seconds(3600)), .unlimited,
  ])
  func neverRunsHotWithAWindowBeyondTheLife(life: CredentialLife) {
    var scenario = Scenario(lives: [life])
    scenario.renewBefore = .seconds(43_200)
    // A minute's credentials make a million renewals a year: a week of them shows as much.
    scenario.length = .seconds(7 * 86_400)
    let world = year(scenario, seed: 2)
    #expect(world.violations.isEmpty)
    // Half the life, less a tenth of the window, is the shortest honest interval.
    let span: Double =
      switch life {
      case .fresh(let life): Double(life.wholeSeconds) * 0.45
      case .shared: 10
      case .unlimited: 43_200 * 0.45
      }
    let limit = Double(scenario.length.wholeSeconds) / span + 10
    #expect(Double(world.starts[0].count) <= limit)
  }

  @Test(arguments: seeds)
  func noPublishedKeyIsDeadWhileALiveOneCouldBeHad(seeds: ClosedRange<UInt64>) {
    print("simulation: seeds \(seeds), one year each")
    var renewals = 0
    for seed in seeds {
      var scenario = Scenario(lives: lives(seed))
      scenario.hasOutages = seed % 2 == 0
      scenario.hasSuspends = seed % 3 == 0
      scenario.hasClockSteps = seed % 5 == 0
      let world = year(scenario, seed: seed)
      #expect(world.violations.isEmpty, "seed \(seed): \(world.violations)")
      for starts in world.starts { expectNoHotLoop(starts, seed) }
      renewals += world.renewals
    }
    print("simulation: \(renewals) renewals in the years of seeds \(seeds)")
    #expect(renewals > seeds.count * 1000)
  }

  @Test(arguments: [VerificationPolicy.require, .warn]) func keysThatAreTriedKeepTheirRules(policy: VerificationPolicy)
  {
    print("simulation: verify = \(policy.rawValue), seeds 0...15, one year each")
    var unverified = 0
    for seed in UInt64(0)...15 {
      var scenario = Scenario(lives: lives(seed))
      scenario.verify = policy
      scenario.hasOutages = seed % 2 == 0
      scenario.hasSuspends = seed % 3 == 0
      let world = year(scenario, seed: seed)
      #expect(world.violations.isEmpty, "seed \(seed): \(world.violations)")
      for starts in world.starts { expectNoHotLoop(starts, seed) }
      unverified += world.unverified
    }
    print("simulation: \(unverified) keys were published that were not known to work")
    // A Bedrock that is silent for longer than a key lives must have been there, or nothing was tried here.
    #expect(unverified > 40)
  }

  /// Mostly 12-hour credentials; 1-hour ones and shared ones bring ten to fifty times the events of a year.
  private func lives(_ seed: UInt64) -> [CredentialLife] {
    switch seed % 8 {
    case 0, 4: [.fresh(.seconds(3600)), .unlimited]
    case 1: [.shared(.seconds(6 * 3600)), .unlimited]
    default: [.fresh(.seconds(43_200)), .unlimited]
    }
  }

  /// Never two runs of a source within a second, never more than 1,800 in an hour (2 s apart, as a dying key allows).
  private func expectNoHotLoop(_ starts: [Timestamp], _ seed: UInt64) {
    let gaps = zip(starts, starts.dropFirst()).map { $1 - $0 }
    #expect((gaps.min() ?? .seconds(1)) >= .seconds(1), "seed \(seed)")
    let far = 300
    let crowded = zip(starts, starts.dropFirst(far)).filter { $1 - $0 < .seconds(far * 2) }
    #expect(crowded.isEmpty, "seed \(seed)")
  }
}
