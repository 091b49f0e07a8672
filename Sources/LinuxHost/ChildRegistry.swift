import CLinux
import Glibc

/// The children that run: each leads its process group, and nothing of a group survives its leader.
package final class ChildRegistry {
  private var leaders: Set<pid_t> = []

  /// No children yet. From now on orphans of children become children of this process (prctl(2),
  /// PR_SET_CHILD_SUBREAPER).
  package init() throws(SystemError) {
    _ = try retrying { clinux_become_subreaper() }
  }

  /// Starts a child.
  package func start(_ request: SpawnRequest) throws(SystemError) -> pid_t {
    let pid = try spawn(request)
    leaders.insert(pid)
    return pid
  }

  /// Kills a child's whole group; it is reaped when the system says that it ended.
  package func kill(_ pid: pid_t) {
    // Not reaped yet, so the group's number cannot have gone to anybody else.
    guard leaders.contains(pid) else { return }
    Glibc.kill(-pid, SIGKILL)
  }

  /// Kills all groups.
  package func killAll() {
    for pid in leaders { kill(pid) }
  }

  /// Kills everything that was started and everything that it started in turn, and waits for its end, a second at most.
  package func endAll() {
    for _ in 0..<100 {
      killAll()
      _ = reap()
      killInherited()
      guard waitpid(-1, nil, WNOHANG) >= 0 else { return }
      poll(nil, 0, 10)
    }
  }

  /// Reaps what has ended, and ends what a child left behind outside its group. Returns how our children ended.
  package func reap() -> [pid_t: ChildExit] {
    var ended: [pid_t: ChildExit] = [:]
    var hasAnyEnded = false
    while case let pid = clinux_ended_child(), pid > 0 {
      hasAnyEnded = true
      kill(pid)
      guard let exit = try? ChildExit.wait(for: pid) else { break }
      if leaders.remove(pid) != nil { ended[pid] = exit }
    }
    if hasAnyEnded { killInherited() }
    return ended
  }

  /// None of the orphans is wanted.
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
