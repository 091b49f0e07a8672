import ArgumentParser
import Glibc
import KeyModel
import LinuxHost
import Supervision

/// `bedrock-keyd exec`: runs a program with the key in its environment, and again when the key changes.
struct ExecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run a program with a key in its environment, and again with each new key.",
    usage: "bedrock-keyd exec [--key K] [--on-renewal restart|signal:SIG|ignore] [--grace D] -- PROGRAM [ARGUMENT …]",
    discussion: """
      The program gets the variables of the key's env output, or AWS_BEARER_TOKEN_BEDROCK. It starts as soon as there \
      is a live key. Signals are passed on to it, and its exit code is the result: 128 and the signal where one killed \
      it, 127 where it is not there, 126 where it cannot be executed.
      """)

  @Option(help: "The key's name.")
  var key = "default"

  @Option(help: "What to do at a new key: restart, signal:SIG (as in signal:HUP) or ignore.")
  var onRenewal = "restart"

  @Option(help: "How long the program may take to end before a restart, until it is killed.")
  var grace = "10s"

  @OptionGroup var runtime: RuntimeOptions

  @Argument(parsing: .postTerminator, help: "The program and its arguments, after --.")
  var command: [String] = []

  func validate() throws {
    _ = try keyName(key)
    _ = try policy()
    guard let program = command.first, !program.isEmpty else {
      throw ValidationError("cannot run nothing: name a program after --, as in exec -- app --verbose")
    }
  }

  func run() throws {
    let name = try keyName(key)
    let policy = try policy()
    let run: ProgramRun
    do throws(SystemError) {
      run = try ProgramRun(command, key: KeyInUse(name, in: runtime.folder), policy: policy)
    } catch {
      try end("cannot watch key \(key): \(error.reason)", ExitCode(1))
    }
    throw ExitCode(run.finish())
  }

  private func policy() throws -> SupervisionPolicy {
    guard let renewal = SupervisionPolicy.renewal(onRenewal) else {
      throw ValidationError(
        "cannot use --on-renewal \"\(onRenewal)\": restart, ignore, or signal: and a signal's name, as in signal:HUP")
    }
    guard let span = Duration(setting: grace) else {
      throw ValidationError("cannot use --grace \"\(grace)\": a number and its unit, as in 10s")
    }
    return SupervisionPolicy(onRenewal: renewal, grace: span)
  }
}
