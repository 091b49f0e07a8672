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
