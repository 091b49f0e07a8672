import Glibc
import KeyModel

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

  /// Reads both clocks.
  package static func now() -> ClockReading {
    ClockReading(wall: Timestamp(milliseconds: read(CLOCK_REALTIME)), boot: .milliseconds(read(CLOCK_BOOTTIME)))
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
