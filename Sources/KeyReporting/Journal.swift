import CSystemd
import Glibc
import KeyModel
import LinuxHost

/// Where entries go: natively to the journal where standard error is the journal's, else to standard error as lines.
package struct Journal: Sendable {
  private enum Destination {
    case journal
    case lines(withTimes: Bool)
  }

  private let destination: Destination
  /// The least important level that is told.
  package var level: LogLevel

  /// Looks where standard error goes: $JOURNAL_STREAM names the device and inode of the journal's stream
  /// (systemd.exec(5)).
  package init(environment: Environment, level: LogLevel) {
    self.level = level
    var status = stat()
    let isJournal = fstat(2, &status) == 0 && environment["JOURNAL_STREAM"] == "\(status.st_dev):\(status.st_ino)"
    destination = isJournal ? .journal : .lines(withTimes: !isTerminal(2))
  }

  /// Tells one entry, if its level is wanted.
  package func write(_ entry: JournalEntry, at moment: Timestamp) {
    guard entry.level <= level else { return }
    switch destination {
    case .journal: send(entry.fields)
    case .lines(let withTimes):
      let time = withTimes ? "\(moment.rfc3339) " : ""
      let line = "\(time)\(entry.level.word) \(entry.message)\n"
      // Standard error that is gone or full must not stop the daemon.
      _ = line.utf8.withContiguousStorageIfAvailable { Glibc.write(2, $0.baseAddress, $0.count) }
    }
  }

  private func send(_ fields: [String]) {
    withCStrings(fields) { pointers in
      let vectors = fields.indices.map { index in
        iovec(iov_base: pointers[index], iov_len: fields[index].utf8.count)
      }
      _ = sd_journal_sendv(vectors, Int32(vectors.count))
    }
  }
}
