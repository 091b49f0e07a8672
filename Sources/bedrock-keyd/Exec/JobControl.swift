import Glibc
import LinuxHost

/// The terminal that `exec` and its program share, as a shell shares it with its jobs: the program's group has the
/// foreground, so that Ctrl-C, Ctrl-Z and changes of the window reach it and nobody else (termios(3), setpgid(2)).
final class JobControl {
  private let terminal: Descriptor
  private let own = getpgrp()

  /// Nil where there is no controlling terminal.
  init?() {
    guard let terminal = try? Descriptor.open("/dev/tty", O_RDWR) else { return nil }
    self.terminal = terminal
  }

  /// The terminal for a program that starts now: where it will read from it, and we have its foreground to give.
  var forStart: Int32? {
    isTerminal(STDIN_FILENO) && tcgetpgrp(terminal.number) == own ? terminal.number : nil
  }

  /// Takes the foreground back from a program's group; false where it did not have it.
  @discardableResult
  func takeBack(from group: pid_t) -> Bool {
    // SIGTTOU is blocked in this process, so this is allowed from the background.
    tcgetpgrp(terminal.number) == group && tcsetpgrp(terminal.number, own) == 0
  }

  /// The program was stopped. Where it wants the terminal and we have it, it gets it. Else what started us is to see us
  /// stopped, too: this returns when we go on, and the program with us.
  func stopped(_ group: pid_t, by signal: Int32) {
    if signal == SIGTTIN || signal == SIGTTOU, handOver(to: group) { return }
    // What somebody stopped with SIGSTOP in the background is left to them.
    guard takeBack(from: group) || signal != SIGSTOP else { return }
    if !isOrphaned { kill(0, SIGSTOP) }
    if !handOver(to: group) && !isOrphaned { kill(-group, SIGCONT) }
  }

  private func handOver(to group: pid_t) -> Bool {
    guard tcgetpgrp(terminal.number) == own, tcsetpgrp(terminal.number, group) == 0 else { return false }
    kill(-group, SIGCONT)
    return true
  }

  /// Nobody would ever continue us: no process above our group is in our session (setpgid(2)).
  private var isOrphaned: Bool {
    var parent = getppid()
    while parent > 0 && getpgid(parent) == own { parent = parentOf(parent) }
    return parent <= 0 || getsid(parent) != getsid(0)
  }

  private func parentOf(_ pid: pid_t) -> pid_t {
    guard let bytes = try? readFile("/proc/\(pid)/stat") else { return 0 }
    // The name before it may hold anything, its last parenthesis is the file's last (proc(5)).
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 1 ? pid_t(fields[1]) ?? 0 : 0
  }
}
