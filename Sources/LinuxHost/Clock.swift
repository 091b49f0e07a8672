import Glibc
import KeyModel

extension ClockReading {
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

/// Waits for a span, however often a signal interrupts it (nanosleep(2)).
package func sleepUninterrupted(_ span: Duration) {
  let milliseconds = max(0, span.milliseconds)
  var left = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000 * 1_000_000))
  var rest = timespec()
  while nanosleep(&left, &rest) != 0 && errno == EINTR { left = rest }
}
