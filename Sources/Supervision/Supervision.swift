import KeyModel

/// The decisions of `exec` about its program, as a value: an event and the time go in, what is to be done comes out.
/// Times are time since boot.
package struct Supervision: Hashable, Sendable {
  /// What happens outside.
  package enum Event: Hashable, Sendable {
    /// There is a live key that the program was not started with.
    case newKey
    /// The program could not be started; the exit code that says so.
    case startFailed(Int32)
    /// The program itself ended, with what a shell shows for it: its code, or 128 and the signal.
    case ended(Int32)
    /// Nothing is left of the program's process group.
    case groupEmpty
    /// Somebody sent a signal, by its number.
    case signal(Int32)
    /// Time went by.
    case elapsed
  }

  /// What is to be done.
  package enum Action: Hashable, Sendable {
    /// Start the program with the newest key.
    case start
    /// Send the program, and nothing it started, a signal.
    case send(Int32)
    /// Ask the program's whole group to end (SIGTERM).
    case endGroup
    /// Kill the program's whole group (SIGKILL).
    case killGroup
    /// End with this code.
    case exit(Int32)
  }

  /// Where things stand.
  private enum State: Hashable {
    /// No key yet, no program.
    case waiting
    /// The program runs; when it is to be restarted, if it is.
    case running(started: Duration, restart: Duration?)
    /// The program was asked to end; when its group is killed, and how the program itself ended, once it did.
    case ending(killAt: Duration?, code: Int32?)
    /// All is done.
    case over
  }

  private static let (hangup, interrupt, quit, terminate): (Int32, Int32, Int32, Int32) = (1, 2, 3, 15)

  private let policy: SupervisionPolicy
  private var state = State.waiting
  /// Somebody wants an end: no start follows any more.
  private var isLast = false

  /// Nothing has happened yet.
  package init(_ policy: SupervisionPolicy) { self.policy = policy }

  /// When `elapsed` is to be told next, whether something else happens before or not.
  package var wake: Duration? {
    switch state {
    case .waiting, .over: nil
    case .running(_, let restart): restart
    case .ending(let killAt, _): killAt
    }
  }

  /// Takes an event.
  package mutating func advance(_ event: Event, at now: Duration) -> [Action] {
    switch (state, event) {
    case (.over, _): return []
    case (_, .startFailed(let code)): return end(code)
    case (.waiting, .newKey): return start(now)
    case (.waiting, .signal(let number)): return endsProgram(number) ? end(128 + number) : []
    case (.running(let started, let restart), .newKey): return renew(started: started, restart, now)
    case (.running(let started, _), .signal(let number)):
      if number == Self.terminate {
        // A renewal during its orderly end would start it again.
        isLast = true
        state = .running(started: started, restart: nil)
      }
      return [.send(number)]
    case (.running(_, let restart), .elapsed): return restart.map { $0 <= now } == true ? endForRestart(now) : []
    case (.running, .ended(let code)): return end(code)
    case (.ending(let killAt, nil), .ended(let code)):
      if isLast { return end(code) }
      state = .ending(killAt: killAt, code: code)
      return []
    case (.ending(_, .some), .groupEmpty): return start(now)
    case (.ending(let killAt?, let code), .elapsed) where killAt <= now:
      state = .ending(killAt: nil, code: code)
      return [.killGroup]
    case (.ending(_, let code), .signal(let number)): return signalWhileEnding(number, code)
    default: return []
    }
  }

  private mutating func renew(started: Duration, _ restart: Duration?, _ now: Duration) -> [Action] {
    switch policy.onRenewal {
    case .ignore: return []
    case .signal(let number): return isLast ? [] : [.send(number)]
    case .restart:
      guard !isLast, restart == nil else { return [] }
      let earliest = started + SupervisionPolicy.restartInterval
      if now >= earliest { return endForRestart(now) }
      // It keeps running with the old key, which lives on for a while.
      state = .running(started: started, restart: earliest)
      return []
    }
  }

  private mutating func signalWhileEnding(_ number: Int32, _ code: Int32?) -> [Action] {
    if endsProgram(number) {
      isLast = true
      if code != nil { return end(128 + number) }
    }
    return code == nil ? [.send(number)] : []
  }

  private mutating func start(_ now: Duration) -> [Action] {
    state = .running(started: now, restart: nil)
    return [.start]
  }

  private mutating func endForRestart(_ now: Duration) -> [Action] {
    state = .ending(killAt: now + policy.grace, code: nil)
    return [.endGroup]
  }

  private mutating func end(_ code: Int32) -> [Action] {
    state = .over
    return [.exit(code)]
  }

  /// The signals that ask for an end.
  private func endsProgram(_ number: Int32) -> Bool {
    [Self.hangup, Self.interrupt, Self.quit, Self.terminate].contains(number)
  }
}
