/// What is made of the skew: how far AWS's clock is ahead of ours.
package enum ClockSkew {
  /// More than this is worth a warning: AWS refuses signatures that are off by 5 minutes (SigV4).
  package static let tolerated: Duration = .seconds(240)

  /// Whether AWS takes signatures by our clock.
  package static func isTolerated(_ skew: Duration) -> Bool { skew <= tolerated && skew >= .zero - tolerated }

  /// Where our clock is: `1 h behind AWS's`.
  package static func words(_ skew: Duration) -> String {
    skew < .zero ? "\((.zero - skew).words) ahead of AWS's" : "\(skew.words) behind AWS's"
  }
}
