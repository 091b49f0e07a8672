import KeyModel

/// AWS's clock as one run knows it, learned from the `Date` of AWS's own answers. It is a box, so that what one call
/// learned counts for the next.
package final class AWSClock {
  /// How far AWS's clock is ahead of ours.
  package private(set) var skew: Duration
  /// Whether an answer of this run told it.
  package private(set) var isLearned = false

  /// A clock as it was learned before, or one that agrees with ours.
  package init(skew: Duration = .zero) { self.skew = skew }

  /// A slower answer says too little: its date was written at some moment of the exchange.
  static let longestExchange: Duration = .seconds(10)
  /// What an honest answer may be off beside that: clocks that keep time by NTP differ by less.
  static let noise: Duration = .seconds(1)

  /// Learns from an answer's date. It has whole seconds (RFC 9110, section 5.6.7) and was written between the two
  /// readings, so the skew lies within a range. No skew and the known one are preferred while they lie in it: keys and
  /// decisions must not change with what is noise.
  package func learn(_ date: Timestamp, sent: ClockReading, received: ClockReading) {
    let span = received.boot - sent.boot
    let step = received.wall - sent.wall - span
    // Somebody set the clock meanwhile: the two dates cannot be compared.
    guard span >= .zero, span <= Self.longestExchange, step > .zero - Self.noise, step < Self.noise else { return }
    let least = date - received.wall
    let most = date + .seconds(1) - sent.wall
    isLearned = true
    let plausible = (least - Self.noise)...(most + Self.noise)
    guard !plausible.contains(.zero) else {
      skew = .zero
      return
    }
    guard !plausible.contains(skew) else { return }
    skew = least + (most - least) / 2
  }
}
