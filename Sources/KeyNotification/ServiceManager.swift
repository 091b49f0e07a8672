import CSystemd
import Glibc
import KeyModel

/// What is told to systemd through sd_notify(3). Without a service manager ($NOTIFY_SOCKET) every call does nothing.
package struct ServiceManager: Sendable {
  /// How long the service manager waits for a WATCHDOG=1 (sd_watchdog_enabled(3)); nil where it does not.
  package let watchdogTimeout: Duration?

  /// Asks for the watchdog of this process.
  package init() {
    var microseconds: UInt64 = 0
    let isEnabled = sd_watchdog_enabled(0, &microseconds) > 0
    watchdogTimeout = isEnabled ? .microseconds(Int64(clamping: microseconds)) : nil
  }

  /// Start-up, or a reload, is finished.
  package func ready() { notify("READY=1") }

  /// The configuration is being reloaded, since this moment (needed by Type=notify-reload).
  package func reloading() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    notify("RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)")
  }

  /// The daemon is about to end.
  package func stopping() { notify("STOPPING=1") }

  /// The daemon is not stuck.
  package func aliveness() { notify("WATCHDOG=1") }

  /// One line for `systemctl status`; it must not hold a newline.
  package func status(_ text: String) { notify("STATUS=\(text)") }

  /// Start-up may take so much longer from now.
  package func extendTimeout(by span: Duration) { notify("EXTEND_TIMEOUT_USEC=\(span.milliseconds * 1000)") }

  private func notify(_ state: String) { sd_notify(0, state) }
}
