import KeyModel

/// The numbers of the renewal policy, each as a function of what it depends on.
package enum RenewalPolicy {
  /// How long an attempt counts as young: only young ones count against `parallel`.
  package static let youngAttempt: Duration = .seconds(2)
  /// How many older attempts may run beside the young ones.
  package static let olderAttempts = 64
  /// A source is run at most once in this time, whatever else is decided: a guard against our own mistakes.
  package static let sourceSpacing: Duration = .seconds(1)
  /// More runs of a source in an hour than this are worth a loud warning.
  package static let runsPerHour = 120
  /// Keys that were alive at a start are renewed once within this time, spread.
  package static let startSpread: Duration = .seconds(60)
  /// A change of the clock by more than this is a step; less is a correction that changes no decision.
  package static let clockStep: Duration = .seconds(60)
  /// Keys whose expiration is unknown are renewed at this age.
  package static let unknownExpiration: Duration = .seconds(3600)

  /// How long before its end a key is renewed at the latest: what was asked for, a third of the key's life if nothing
  /// was, and never more than half of its life, or a short-lived key would be renewed without end.
  package static func window(life: Duration, renewBefore: Duration?) -> Duration {
    max(.zero, min(renewBefore ?? life / 3, life / 2))
  }

  /// The effective window of an issued key; nil for one that never expires.
  package static func window(of receipt: KeyReceipt, renewBefore: Duration?) -> Duration? {
    receipt.expires.map { window(life: $0 - receipt.issued, renewBefore: renewBefore) }
  }

  /// When an issued key is renewed, on AWS's clock; nil for one that never expires. Jitter makes it earlier by at most
  /// a tenth of the window.
  package static func renewalTime(
    of receipt: KeyReceipt, renewBefore: Duration?, random: inout SeededRandom
  ) -> Timestamp? {
    guard let expires = receipt.expires, let window = window(of: receipt, renewBefore: renewBefore) else { return nil }
    let regular = expires - window - random.span(upTo: window / 10)
    guard !receipt.expiresKnown else { return regular }
    return min(regular, receipt.issued + unknownExpiration - random.span(upTo: unknownExpiration / 30))
  }

  /// How long to wait after failures in a row: 2 s doubling to 5 min, shortened by up to a fifth at random; while a key
  /// lives at most a tenth of what is left of it (but 2 s), and at most 30 s where there is none.
  package static func backoff(failures: Int, left: Duration?, random: inout SeededRandom) -> Duration {
    let doubled = Duration.seconds(2 << min(max(failures, 1) - 1, 8))
    let base = min(doubled, .seconds(300))
    let jittered = base - random.span(upTo: base / 5)
    let limit = left.map { max($0 / 10, .seconds(2)) } ?? .seconds(30)
    return min(max(jittered, .seconds(2)), limit)
  }

  /// How long to wait before a source is asked again that repeated its credentials: a tenth of what is left, 1 s to
  /// 5 min.
  package static func repeatDelay(left: Duration) -> Duration {
    min(max(left / 10, .seconds(1)), .seconds(300))
  }
}
