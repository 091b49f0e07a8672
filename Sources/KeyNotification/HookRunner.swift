import Glibc
import KeyModel
import LinuxHost

/// Runs hooks: without a shell, each in its own process group, killed when its time is over. What they write to their
/// standard output and error goes where ours goes, the journal. A hook that still runs when it is wanted again runs once
/// more afterwards, with the newest event.
package final class HookRunner {
  /// One wanted run.
  package struct Run: Hashable, Sendable {
    /// The key it is about.
    package var key: KeyName
    /// Which of the key's hooks it is.
    package var index: Int
    /// The program and its arguments.
    package var command: [String]
    /// How long it may take.
    package var timeout: Duration
    /// Its environment: PATH, HOME, LANG and BEDROCK_*.
    package var environment: Environment

    /// A run by its parts.
    package init(key: KeyName, index: Int, command: [String], timeout: Duration, environment: Environment) {
      self.key = key
      self.index = index
      self.command = command
      self.timeout = timeout
      self.environment = environment
    }

    fileprivate func isSameHook(as other: Run) -> Bool { key == other.key && index == other.index }
  }

  /// A run that did not go well.
  package struct Problem: Hashable, Sendable {
    /// The key it was about.
    package let key: KeyName
    /// `cannot run hook …: reason`.
    package let message: String
  }

  /// How many run at once.
  private static let most = 16

  private let children: ChildRegistry
  private var waiting: [Run] = []
  private var running: [pid_t: (run: Run, deadline: Duration)] = [:]

  /// No hook runs yet.
  package init(children: ChildRegistry) { self.children = children }

  /// Time since boot at which a hook is late.
  package var due: Duration? { running.values.map(\.deadline).min() }

  /// Wants a run; it starts as soon as there is room.
  package func want(_ run: Run, at boot: Duration) -> [Problem] {
    waiting.removeAll { $0.isSameHook(as: run) }
    waiting.append(run)
    return startWaiting(boot)
  }

  /// Takes note of children that ended.
  package func note(_ ended: [pid_t: ChildExit], at boot: Duration) -> [Problem] {
    var problems: [Problem] = []
    for (pid, exit) in ended {
      guard let (run, _) = running.removeValue(forKey: pid), exit != .exited(0) else { continue }
      problems.append(Problem(key: run.key, message: "cannot run hook \(run.command[0]): it \(exit.words)"))
    }
    return problems + startWaiting(boot)
  }

  /// Kills the hooks that are late; they end as killed.
  package func killLate(at boot: Duration) -> [Problem] {
    var problems: [Problem] = []
    for (pid, entry) in running where entry.deadline <= boot {
      children.kill(pid)
      running[pid] = nil
      let message = "cannot run hook \(entry.run.command[0]): it took longer than \(entry.run.timeout.setting)"
      problems.append(Problem(key: entry.run.key, message: message))
    }
    return problems + startWaiting(boot)
  }

  private func startWaiting(_ boot: Duration) -> [Problem] {
    var problems: [Problem] = []
    while running.count < Self.most,
      let next = waiting.firstIndex(where: { run in !running.values.contains { $0.run.isSameHook(as: run) } })
    {
      let run = waiting.remove(at: next)
      do throws(SystemError) {
        running[try start(run)] = (run, boot + run.timeout)
      } catch {
        problems.append(Problem(key: run.key, message: "cannot run hook \(run.command[0]): \(error.reason)"))
      }
    }
    return problems
  }

  private func start(_ run: Run) throws(SystemError) -> pid_t {
    let nothing = try Descriptor.open("/dev/null", O_RDONLY)
    return try children.start(
      SpawnRequest(
        executable: run.command[0], arguments: run.command, environment: run.environment,
        descriptors: [nothing.number, STDERR_FILENO, STDERR_FILENO]))
  }
}
