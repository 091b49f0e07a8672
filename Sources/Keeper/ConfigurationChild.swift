import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// One run of `bedrock-keyd config compile`: reads the configuration files anew, resolves user and group names (which may
/// block), and answers with a compiled configuration or with what is wrong.
final class ConfigurationChild {
  /// What the new configuration is for.
  enum Purpose {
    /// It replaces the one in force.
    case reload
    /// Only user and group names that could not be resolved are taken from it.
    case names
  }

  /// How long it may take.
  static let timeout: Duration = .seconds(30)
  private static let longest = 16_777_216
  private static let longestErrors = 65_536

  let purpose: Purpose
  /// Time since boot at which it is killed.
  let deadline: Duration
  private let pid: pid_t
  private let program: OwnProgram
  private let output: Descriptor
  private let errors: Descriptor
  private var answer: [UInt8] = []
  private var complaints: [UInt8] = []
  private var isAnswerWhole = false
  private var areComplaintsWhole = false

  /// Starts it with the arguments that the daemon itself was started with.
  init(
    _ purpose: Purpose, arguments: [String], program: OwnProgram, at boot: Duration
  ) throws(SystemError) {
    self.purpose = purpose
    self.program = program
    deadline = boot + Self.timeout
    let nothing = try Descriptor.open("/dev/null", O_RDONLY)
    let (outputReader, outputWriter) = try Pipe().split()
    output = Descriptor(owning: outputReader)
    let theirOutput = Descriptor(owning: outputWriter)
    let (errorReader, errorWriter) = try Pipe().split()
    errors = Descriptor(owning: errorReader)
    let theirErrors = Descriptor(owning: errorWriter)
    pid = try program.start(
      ["config", "compile"] + arguments, input: nothing, output: theirOutput, errors: theirErrors.number)
    try output.setNonBlocking()
    try errors.setNonBlocking()
  }

  deinit { program.children.kill(pid) }

  /// The pipes to wait on.
  var descriptors: [Int32] {
    (isAnswerWhole ? [] : [output.number]) + (areComplaintsWhole ? [] : [errors.number])
  }

  /// Reads what came. The result when both pipes are at their end: the configuration, or what is wrong.
  func advance() -> Result<KeeperConfiguration, Failure>? {
    isAnswerWhole = isAnswerWhole || Self.drain(output, into: &answer, limit: Self.longest)
    areComplaintsWhole = areComplaintsWhole || Self.drain(errors, into: &complaints, limit: Self.longestErrors)
    guard isAnswerWhole && areComplaintsWhole else { return nil }
    if let configuration = try? KeeperConfiguration(decoding: answer) { return .success(configuration) }
    let lines = String(decoding: complaints, as: UTF8.self).split(separator: "\n")
    let reason = lines.isEmpty ? "its compiler ended without an answer" : lines.joined(separator: "; ")
    return .failure(Failure(.misconfigured, "cannot load the configuration: \(reason)"))
  }

  /// Reads what is there; true at the end, or beyond the limit.
  private static func drain(_ pipe: borrowing Descriptor, into bytes: inout [UInt8], limit: Int) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let number = pipe.number
    while true {
      guard let count = try? retrying({ read(number, &chunk, chunk.count) }) else { return errno != EAGAIN }
      if count == 0 { return true }
      bytes.append(contentsOf: chunk[0..<count])
      if bytes.count > limit { return true }
    }
  }
}
