import CLinux
import Glibc
import KeyModel

/// One absolute timer on CLOCK_REALTIME that also fires when the clock is set or the machine comes back from suspend
/// (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
package struct WallTimer: ~Copyable {
  /// The descriptor that can be read when the timer fired.
  package let descriptor: Descriptor

  /// An unarmed timer. It reports set clocks only while it is armed.
  package init() throws(SystemError) {
    descriptor = Descriptor(owning: try retrying { clinux_timer() })
  }

  /// Arms the timer; one that lies in the past fires at once.
  package borrowing func arm(at moment: Timestamp) {
    let (seconds, rest) = moment.milliseconds.quotientAndRemainder(dividingBy: 1000)
    // A date before 1970 or of all zeros would disarm it.
    clinux_timer_set(descriptor.number, max(1, seconds), max(0, Int(rest)) * 1_000_000)
  }

  /// Takes note that it fired; true when the clock was set.
  package borrowing func acknowledge() -> Bool {
    var expirations: UInt64 = 0
    return read(descriptor.number, &expirations, 8) < 0 && errno == ECANCELED
  }
}
