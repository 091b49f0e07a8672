import CLinux
import Glibc

/// Signals that are read from a descriptor instead of interrupting the program (signalfd(2)).
package struct Signals: ~Copyable {
  /// The descriptor that can be read when a signal is there.
  package let descriptor: Descriptor

  /// Blocks the signals and reads them from now on.
  package init(_ signals: [Int32]) throws(SystemError) {
    descriptor = Descriptor(owning: try retrying { clinux_signals(signals, Int32(signals.count)) })
  }

  /// The next signal, or nil.
  package borrowing func next() -> Int32? {
    let signal = clinux_next_signal(descriptor.number)
    return signal >= 0 ? signal : nil
  }
}

/// Blocks signals until somebody reads them: they wait, across an exec too (sigprocmask(2)).
package func blockSignals(_ signals: [Int32]) { _ = clinux_block_signals(signals, Int32(signals.count)) }
