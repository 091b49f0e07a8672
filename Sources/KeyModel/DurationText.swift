extension Duration {
  /// Whole milliseconds, rounded down; saturates at the ends of Int64.
  package var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, isBeyond) = seconds.multipliedReportingOverflow(by: 1000)
    let (sum, isSumBeyond) = product.addingReportingOverflow(attoseconds.flooredQuotient(1_000_000_000_000_000))
    return isBeyond || isSumBeyond ? (seconds < 0 ? .min : .max) : sum
  }

  /// Whole seconds, rounded down.
  package var wholeSeconds: Int64 { milliseconds.flooredQuotient(1000) }

  /// Reads a duration as the configuration writes it: a whole number and one unit of s, m, h, d (`90s`, `30m`, `12h`,
  /// `90d`); nil for anything else, and beyond 100,000 days.
  package init?(setting text: some StringProtocol) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = text.last, let unit = units[last] else { return nil }
    let count = text.dropLast()
    guard !count.isEmpty, count.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(count),
      value <= 100_000 * 86_400 / unit
    else { return nil }
    self = .seconds(value * unit)
  }

  /// The shortest exact form that the configuration reads: `12h`, `90s`, `90d`; fractions of a second are dropped.
  package var setting: String {
    let seconds = wholeSeconds
    for (unit, length): (String, Int64) in [("d", 86_400), ("h", 3600), ("m", 60)]
    where seconds != 0 && seconds % length == 0 && (length != 86_400 || seconds >= 2 * length) {
      return "\(seconds / length)\(unit)"
    }
    return "\(seconds)s"
  }

  /// A length for people, its two largest units: `3 h 12 min`, `45 s`, `2 d 4 h`.
  package var words: String {
    let seconds = Swift.max(0, wholeSeconds)
    let parts: [(Int64, String)] = [
      (seconds / 86_400, "d"), (seconds % 86_400 / 3600, "h"), (seconds % 3600 / 60, "min"), (seconds % 60, "s"),
    ]
    guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0 s" }
    return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }
}
