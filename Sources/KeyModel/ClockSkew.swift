/// What is made of the skew: how far AWS's clock is ahead of ours.
package enum ClockSkew {
  /// More than this is worth a warning: AWS refuses signatures that are off by 5 minutes (SigV4).
  package static let tolerated: Duration = .seconds(240)

  /// Whether AWS takes signatures by our clock.
  package static func isTolerated(_ skew: Duration) -> Bool { skew <= tolerated && skew >= .zero - tolerated }

  /// Where our clock is: `1 h behind AWS's`. It is known to a second or two, so minutes are rounded.
  package static func words(_ skew: Duration) -> String {
    let size = (max(skew, .zero - skew)).wholeSeconds
    let shown = Duration.seconds(size < 60 ? size : (size + 30) / 60 * 60).words
    return skew < .zero ? "\(shown) ahead of AWS's" : "\(shown) behind AWS's"
  }
}
