import CLinux
import Glibc

/// How a child ended.
package enum ChildExit: Hashable, Sendable {
  /// It exited with a code.
  case exited(Int32)
  /// A signal killed it.
  case signaled(Int32)

  /// By the status that waitpid(2) reports.
  package init(status: Int32) {
    self = clinux_wifexited(status) != 0 ? .exited(clinux_wexitstatus(status)) : .signaled(clinux_wtermsig(status))
  }

  /// In words: `exited with code 3`, `was killed by signal 9`.
  package var words: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signaled(let signal): "was killed by signal \(signal)"
    }
  }

  /// Waits for a child to end.
  package static func wait(for pid: pid_t) throws(SystemError) -> ChildExit {
    var status: Int32 = 0
    _ = try retrying { waitpid(pid, &status, 0) }
    return ChildExit(status: status)
  }

  /// A child that has ended and was not waited for yet, or nil when there is none.
  package static func reapAny() -> (pid: pid_t, exit: ChildExit)? {
    var status: Int32 = 0
    let pid = waitpid(-1, &status, WNOHANG)
    return pid > 0 ? (pid, ChildExit(status: status)) : nil
  }
}
