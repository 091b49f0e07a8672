import CLinux
import Glibc
import KeyModel
import LinuxHost
import Supervision

/// One `exec` from its start to the exit code: carries out what Supervision decides.
final class ProgramRun {
  /// Signals that are ours and not passed on: the faults of this process, those that nobody can take, and those that
  /// come with children, pipes and terminals.
  private static let ownSignals: Set<Int32> = [
    SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGKILL, SIGSTOP, SIGCHLD, SIGPIPE, SIGTTIN, SIGTTOU,
  ]

  private let words: [String]
  private let key: KeyInUse
  private let jobs = JobControl()
  private let mask = blockedSignals()
  private let signals: Signals
  private var supervision: Supervision
  /// The program, whose group has the same number; 0 while none runs.
  private var program: pid_t = 0
  /// The signals that it got through us.
  private var passedOn: Set<Int32> = []
  private var code: Int32?
  private var toldProblem: String?

  init(_ words: [String], key: KeyInUse, policy: SupervisionPolicy) throws(SystemError) {
    self.words = words
    self.key = key
    supervision = Supervision(policy)
    // 32 and 33 are the C library's (signal(7)); what we were started with ignored stays ignored.
    let others = (1...64).filter { !Self.ownSignals.contains($0) && $0 != 32 && $0 != 33 && clinux_is_ignored($0) == 0 }
    signals = try Signals(others + [SIGCHLD, SIGPIPE, SIGTTIN, SIGTTOU])
    // Orphans of the program become ours, as they are where we are the first process of a container.
    _ = clinux_become_subreaper()
  }

  /// Runs the program until its end; what the shell shows for it is the result.
  func finish() -> Int32 {
    look()
    while true {
      if let code { return code }
      let now = ClockReading.now().boot
      let patience = min(key.patience, supervision.wake.map { max(.zero, $0 - now) } ?? key.patience)
      let ready = waitForDescriptors(reading: [signals.descriptor.number, key.descriptor], timeout: patience)
      while let number = signals.next() { take(number) }
      advance(.elapsed)
      if ready.isEmpty || ready.contains(key.descriptor) { look() }
    }
  }

  private func look() {
    if key.look() { advance(.newKey) }
    guard program == 0, code == nil, let problem = key.problem, problem != toldProblem else { return }
    toldProblem = problem
    writeLine("bedrock-keyd: waiting for a live key: \(problem)", to: STDERR_FILENO)
  }

  private func take(_ number: Int32) {
    switch number {
    case SIGCHLD: reap()
    case SIGPIPE, SIGTTIN, SIGTTOU: break
    default: advance(.signal(number))
    }
  }

  private func advance(_ event: Supervision.Event) {
    guard code == nil else { return }
    for action in supervision.advance(event, at: ClockReading.now().boot) {
      switch action {
      case .start: start()
      case .send(let number):
        passedOn.insert(number)
        kill(program, number)
      case .endGroup:
        kill(-program, SIGTERM)
        // A stopped process takes no SIGTERM.
        kill(-program, SIGCONT)
      case .killGroup:
        writeLine("bedrock-keyd: \(words[0]) did not end in time and is killed", to: STDERR_FILENO)
        kill(-program, SIGKILL)
        checkGroup()
      case .exit(let number): code = number
      }
    }
  }

  private func start() {
    guard let environment = key.environment() else { preconditionFailure("nothing starts before there is a key") }
    guard let path = findProgram(words[0], in: .ofThisProcess()) else {
      return refuse(SystemError(code: ENOENT))
    }
    let start = ProgramStart(executable: path, arguments: words, mask: mask, terminal: jobs?.forStart)
    do throws(SystemError) {
      program = try environment.withPointers { (pointers) throws(SystemError) in try start.start(pointers) }
    } catch { refuse(error) }
  }

  /// The codes that a shell has for a program that is not there and for one that cannot be executed (POSIX, 2.8.2).
  private func refuse(_ error: SystemError) {
    writeLine("bedrock-keyd: cannot start \(words[0]): \(error.reason)", to: STDERR_FILENO)
    advance(.startFailed(error.code == ENOENT ? 127 : 126))
  }

  private func reap() {
    while let (pid, change) = ChildChange.next() {
      switch change {
      case .ended(let exit) where pid == program:
        let hadTerminal = jobs?.takeBack(from: program) ?? false
        if hadTerminal, case .signaled(let number) = exit { tellOwnGroup(number) }
        advance(.ended(exit.shellCode))
      case .stopped(let signal) where pid == program: jobs?.stopped(program, by: signal)
      default: break
      }
    }
    checkGroup()
  }

  private func checkGroup() {
    if program > 0 && kill(-program, 0) != 0 && errno == ESRCH { advance(.groupEmpty) }
  }

  /// Ctrl-C and Ctrl-\ reached the program alone. Where it died of them, the rest of our own group, a script that
  /// started us say, is told as if it had been there.
  private func tellOwnGroup(_ number: Int32) {
    if (number == SIGINT || number == SIGQUIT) && !passedOn.contains(number) { kill(0, number) }
  }
}

extension ChildExit {
  /// What a shell shows: the code, or 128 and the signal.
  var shellCode: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}
