/// One reading of the two clocks that decisions are made on.
package struct ClockReading: Hashable, Sendable {
  /// CLOCK_REALTIME: the date, which can be set.
  package var wall: Timestamp
  /// CLOCK_BOOTTIME: time since boot, suspend included, which cannot be set (clock_gettime(2)).
  package var boot: Duration

  /// A reading by its parts.
  package init(wall: Timestamp, boot: Duration) {
    self.wall = wall
    self.boot = boot
  }

  /// The reading that comes a span later if nobody sets the clock.
  package func later(by span: Duration) -> ClockReading {
    ClockReading(wall: wall + span, boot: boot + span)
  }
}
