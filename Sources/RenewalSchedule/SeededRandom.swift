/// A small random generator with a seed, so that a simulated year can be run again; not for secrets. (SplitMix64, Steele,
/// Lea and Flood, "Fast splittable pseudorandom number generators", 2014.)
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that gives the same numbers for the same seed.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A span between nothing and the given one, to the millisecond, both ends included.
  package mutating func span(upTo longest: Duration) -> Duration {
    guard longest > .zero else { return .zero }
    return .milliseconds(Int64.random(in: 0...longest.milliseconds, using: &self))
  }
}
