import KeyModel
import RenewalSchedule

/// What one simulated year (or another length) brings.
struct Scenario {
  var lives: [CredentialLife]
  var renewBefore: Duration?
  var hasOutages = false
  /// Whether keys are tried; where they are, Bedrock refuses them or is silent at times.
  var verify = VerificationPolicy.off
  var hasSuspends = false
  var hasClockSteps = false

  var length: Duration = .seconds(365 * 86_400)

  func outages(_ random: inout SeededRandom) -> [Outage] {
    guard hasOutages else { return [] }
    return spans(&random).map { span in
      Outage(start: span.start, end: span.end, kind: Outage.Kind.allCases.randomElement(using: &random) ?? .hanging)
    }
  }

  /// Moments between which keys that are tried are not accepted.
  func trials(_ random: inout SeededRandom) -> [Trial] {
    guard verify != .off else { return [] }
    return spans(&random).map { span in
      Trial(start: span.start, end: span.end, isRefusal: Bool.random(using: &random))
    }
  }

  private func spans(_ random: inout SeededRandom) -> [(start: Timestamp, end: Timestamp)] {
    var spans: [(Timestamp, Timestamp)] = []
    var moment = World.epoch
    while true {
      moment = moment + random.span(upTo: .seconds(20 * 86_400))
      // Mostly minutes, sometimes longer than any key lives.
      let longest: Duration = Int.random(in: 0..<5, using: &random) == 0 ? .seconds(20 * 3600) : .seconds(1800)
      let end = moment + random.span(upTo: longest)
      guard end < World.epoch + length else { return spans }
      spans.append((moment, end))
      moment = end
    }
  }

  /// Moments on AWS's clock at which the machine sleeps, and for how long.
  func suspends(_ random: inout SeededRandom) -> [(Timestamp, Duration)] {
    guard hasSuspends else { return [] }
    return (0..<40).map { _ in (World.epoch + random.span(upTo: length), random.span(upTo: .seconds(18 * 3600))) }
      .sorted { $0.0 < $1.0 }
  }

  /// Moments at which somebody sets the machine's clock, and what it is ahead of AWS's from then on.
  func clockSteps(_ random: inout SeededRandom) -> [(Timestamp, Duration)] {
    guard hasClockSteps else { return [] }
    return (0..<40).map { _ in
      let offset = random.span(upTo: .seconds(4 * 3600)) - .seconds(2 * 3600)
      return (World.epoch + random.span(upTo: length), offset)
    }.sorted { $0.0 < $1.0 }
  }
}
