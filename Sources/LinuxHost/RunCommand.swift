import CLinux
import Glibc
import KeyModel

/// A program to run for what it writes, without a shell.
package struct CommandRequest: Sendable {
  /// The program, searched for in PATH unless it has a slash, and its arguments.
  package var words: [String]
  /// The program's whole environment.
  package var environment: Environment
  /// How long it may run; then its whole process group is killed.
  package var timeout: Duration
  /// How many bytes it may write to its standard output.
  package var outputLimit = 65_536

  /// A request by its parts.
  package init(words: [String], environment: Environment, timeout: Duration) {
    self.words = words
    self.environment = environment
    self.timeout = timeout
  }
}

/// What a program did.
package struct CommandResult: Sendable {
  /// How it ended.
  package enum End: Hashable, Sendable {
    /// By itself.
    case exit(ChildExit)
    /// It was killed: the time was over.
    case timeout
    /// It was killed: it wrote more than it may.
    case tooMuchOutput
  }

  /// How it ended.
  package var end: End
  /// What it wrote to its standard output.
  package var output: [UInt8]
  /// The end of what it wrote to its standard error, at most 4 KiB.
  package var errors: [UInt8]

  /// A result by its parts.
  package init(end: End, output: [UInt8], errors: [UInt8] = []) {
    self.end = end
    self.output = output
    self.errors = errors
  }
}

/// Runs a program in a process group of its own with an empty standard input. The result is complete when the program
/// has ended, whether something it left behind keeps its pipes or not, and at the latest when its time is over.
package func runCommand(_ request: CommandRequest) throws(SystemError) -> CommandResult {
  guard let name = request.words.first, let path = findProgram(name, in: request.environment) else {
    throw SystemError(code: ENOENT)
  }
  let input = try Descriptor.open("/dev/null", O_RDONLY)
  let (outputReader, outputWriter) = try Pipe().split()
  let output = Descriptor(owning: outputReader)
  let outputEnd = Descriptor(owning: outputWriter)
  let (errorReader, errorWriter) = try Pipe().split()
  let errors = Descriptor(owning: errorReader)
  let errorEnd = Descriptor(owning: errorWriter)
  try output.setNonBlocking()
  try errors.setNonBlocking()
  let pid = try spawn(
    SpawnRequest(
      executable: path, arguments: request.words, environment: request.environment,
      descriptors: [input.number, outputEnd.number, errorEnd.number]))
  // Our copies of the writing ends would keep the pipes open for ever.
  close(outputEnd.release())
  close(errorEnd.release())
  var command = RunningCommand(pid: pid, output: output.number, errors: errors.number, request: request)
  return try command.finish()
}

/// The path of a program: itself if it has a slash, else the first executable of that name in PATH.
package func findProgram(_ name: String, in environment: Environment) -> String? {
  if name.contains("/") { return name }
  let folders = environment.nonEmpty("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
  return folders.split(separator: ":").map { "\($0)/\(name)" }.first { path in
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}

/// A program that runs, and what it has written so far.
private struct RunningCommand {
  let pid: pid_t
  let output: Int32
  let errors: Int32
  let request: CommandRequest
  var result = CommandResult(end: .timeout, output: [])
  var openPipes: Set<Int32> = []

  init(pid: pid_t, output: Int32, errors: Int32, request: CommandRequest) {
    self.pid = pid
    self.output = output
    self.errors = errors
    self.request = request
    openPipes = [output, errors]
  }

  /// Reads until the program has ended, its time is over, or it has written too much.
  mutating func finish() throws(SystemError) -> CommandResult {
    let process = Descriptor(owning: clinux_pidfd_open(pid))
    let deadline = ClockReading.now().boot + request.timeout
    while true {
      let left = (deadline - ClockReading.now().boot).milliseconds
      if left <= 0 { return kill(as: .timeout) }
      var entries = [pollfd(fd: process.number, events: Int16(POLLIN), revents: 0)]
      entries += openPipes.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let ready = poll(&entries, nfds_t(entries.count), Int32(min(left, 3_600_000)))
      if ready < 0 && errno != EINTR { return kill(as: .timeout) }
      // The program's end is looked at before its pipes are read, so that its last words are read for certain.
      let ended = entries[0].revents != 0
      readAll()
      if result.output.count > request.outputLimit { return kill(as: .tooMuchOutput) }
      if ended {
        result.end = .exit(try ChildExit.wait(for: pid))
        return result
      }
    }
  }

  /// Reads what is in the pipes.
  private mutating func readAll() {
    if let bytes = readPipe(output) { result.output += bytes }
    if let bytes = readPipe(errors) { result.errors = Array((result.errors + bytes).suffix(4096)) }
  }

  private mutating func readPipe(_ pipe: Int32) -> [UInt8]? {
    guard openPipes.contains(pipe) else { return nil }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    // A babbling program never empties its pipe: stop here, and let the caller judge what came.
    while bytes.count <= request.outputLimit {
      let count = read(pipe, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[0..<count]
      } else {
        if count == 0 { openPipes.remove(pipe) }
        if count < 0 && errno == EINTR { continue }
        break
      }
    }
    chunk.withUnsafeMutableBytes { if let address = $0.baseAddress { explicit_bzero(address, $0.count) } }
    return bytes
  }

  private mutating func kill(as end: CommandResult.End) -> CommandResult {
    _ = Glibc.kill(-pid, SIGKILL)
    _ = try? ChildExit.wait(for: pid)
    result.end = end
    return result
  }
}
