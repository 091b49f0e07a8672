import CLinux
import Glibc

/// How a program is started that shall notice nothing of us: it inherits everything but what stands here.
package struct ProgramStart {
  /// The path of the executable; it is not searched for.
  package var executable: String
  /// The arguments, the program's name first.
  package var arguments: [String]
  /// The signals that it begins with blocked.
  package var mask: sigset_t
  /// A terminal that the program's group gets in its foreground before it begins, if any.
  package var terminal: Int32?

  /// A start by its parts.
  package init(executable: String, arguments: [String], mask: sigset_t, terminal: Int32?) {
    self.executable = executable
    self.arguments = arguments
    self.mask = mask
    self.terminal = terminal
  }

  /// Starts the program in a process group of its own, with exactly these variables (`NAME=value`, NULL at the end); the
  /// result is its pid, which the caller waits for.
  package func start(
    _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) throws(SystemError) -> pid_t {
    var pid: pid_t = 0
    var mask = mask
    let error = withCStrings(arguments) {
      clinux_spawn_program(&pid, executable, $0, environment, &mask, terminal ?? -1)
    }
    guard error == 0 else { throw SystemError(code: error) }
    return pid
  }
}

/// What became of a child, as waitpid(2) tells it.
package enum ChildChange: Hashable, Sendable {
  /// It ended.
  case ended(ChildExit)
  /// A signal stopped it.
  case stopped(Int32)

  /// A child that ended or was stopped and was not waited for yet, or nil when there is none.
  package static func next() -> (pid: pid_t, change: ChildChange)? {
    var status: Int32 = 0
    let pid = waitpid(-1, &status, WNOHANG | WUNTRACED)
    guard pid > 0 else { return nil }
    let stop = clinux_stop_signal(status)
    return (pid, stop > 0 ? .stopped(stop) : .ended(ChildExit(status: status)))
  }
}

/// The signals that are blocked in this process (sigprocmask(2)).
package func blockedSignals() -> sigset_t {
  var mask = sigset_t()
  sigprocmask(SIG_BLOCK, nil, &mask)
  return mask
}
