/// A moment in UTC, in milliseconds since the Unix epoch, leap seconds ignored as POSIX time does.
package struct Timestamp: Comparable, Hashable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
  package var milliseconds: Int64

  /// A moment by its milliseconds since the epoch.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// A moment by its whole seconds since the epoch.
  package init(seconds: Int64) { milliseconds = seconds * 1000 }

  /// Whole seconds since the epoch, rounded down, which is how AWS dates a signature.
  package var seconds: Int64 { milliseconds.flooredQuotient(1000) }

  /// The same moment without its fraction of a second.
  package var wholeSecond: Timestamp { Timestamp(seconds: seconds) }

  /// The earlier moment comes first.
  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  /// The moment that lies a span later; spans count in whole milliseconds, and the far ends saturate.
  package static func + (moment: Timestamp, span: Duration) -> Timestamp {
    let (sum, overflow) = moment.milliseconds.addingReportingOverflow(span.milliseconds)
    guard overflow else { return Timestamp(milliseconds: sum) }
    return Timestamp(milliseconds: span.milliseconds < 0 ? .min : .max)
  }

  /// The moment that lies a span earlier; the far ends saturate.
  package static func - (moment: Timestamp, span: Duration) -> Timestamp {
    let (difference, overflow) = moment.milliseconds.subtractingReportingOverflow(span.milliseconds)
    guard overflow else { return Timestamp(milliseconds: difference) }
    return Timestamp(milliseconds: span.milliseconds < 0 ? .max : .min)
  }

  /// The span from the right moment to the left one; negative where the left one is earlier. Spans that no Int64 of
  /// milliseconds holds saturate: moments come from files and other processes, which must not be able to stop this one.
  package static func - (left: Timestamp, right: Timestamp) -> Duration {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
    guard overflow else { return .milliseconds(difference) }
    return .milliseconds(left < right ? Int64.min : .max)
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity, so that times before 1970 stay in order.
  func flooredQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
