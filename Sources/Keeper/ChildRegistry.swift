import CLinux
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// The children that run: each leads its process group, and nothing of a group survives its leader.
final class ChildRegistry {
  private var leaders: Set<pid_t> = []
  private let environment: Environment

  /// Children get this environment; an issuer reads its own from the descriptor it inherits.
  init(environment: Environment) { self.environment = environment }

  /// Starts `bedrock-keyd` with arguments, from the file that was opened at the start. Standard error is ours unless
  /// another is given.
  func start(
    _ arguments: [String], input: borrowing Descriptor, output: borrowing Descriptor, errors: Int32 = 2
  ) throws(SystemError) -> pid_t {
    var request = SpawnRequest(
      executable: "/proc/self/fd/\(StartDescriptors.executable)", arguments: ["bedrock-keyd"] + arguments,
      environment: environment,
      descriptors: [input.number, output.number, errors, StartDescriptors.environment])
    // The executable's own descriptor must live until the exec, which closes it.
    request.closeFrom = StartDescriptors.executable + 1
    let pid = try spawn(request)
    leaders.insert(pid)
    return pid
  }

  /// Kills a child's whole group; it is reaped when the system says that it ended.
  func kill(_ pid: pid_t) {
    // Not reaped yet, so the group's number cannot have gone to anybody else.
    guard leaders.contains(pid) else { return }
    Glibc.kill(-pid, SIGKILL)
  }

  /// Kills all groups.
  func killAll() {
    for pid in leaders { kill(pid) }
  }

  /// Reaps what has ended, and ends what a child left behind outside its group.
  func reap() {
    var hasAnyEnded = false
    while case let pid = clinux_ended_child(), pid > 0 {
      hasAnyEnded = true
      kill(pid)
      guard (try? ChildExit.wait(for: pid)) != nil else { break }
      leaders.remove(pid)
    }
    if hasAnyEnded { killInherited() }
  }

  /// Orphans of our children become ours (PR_SET_CHILD_SUBREAPER); none of them is wanted.
  private func killInherited() {
    guard let bytes = try? readFile("/proc/self/task/\(getpid())/children") else { return }
    for word in bytes.split(separator: UInt8(ascii: " ")) {
      guard let pid = pid_t(String(decoding: word, as: UTF8.self)), !leaders.contains(pid) else { continue }
      // A credential_process leads a group of its own, which outlives an issuer that was killed.
      Glibc.kill(-pid, SIGKILL)
      Glibc.kill(pid, SIGKILL)
    }
  }
}
