import Glibc
import KeyModel
import LinuxHost

/// A program that prints credentials: the setting credential_process of a profile.
struct ProcessProvider: CredentialProvider {
  let name = "credential process"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let command = context.profile.text("credential_process") else {
      return .notConfigured("no credential_process")
    }
    guard let words = shellWords(command), let program = words.first, !program.isEmpty else {
      throw failure(context, "a quote or backslash in it has no end, or it is empty")
    }
    let result = try run(words, context)
    try check(result, program, context)
    do throws(AnswerError) {
      let output = SecretBytes(copying: result.output)
      let answer = try output.withBytes { (bytes) throws(AnswerError) in try CredentialAnswer.parse(bytes) }
      guard answer.version == 1 else {
        throw AnswerError(reason: answer.version.map { "its Version is \($0), not 1" } ?? "it has no Version")
      }
      let texts = try answer.texts(token: answer.sessionToken)
      return .credentials(
        Credentials(texts, expiration: try answer.end(after: context.awsTime), source: .credentialProcess))
    } catch {
      throw failure(
        context, "cannot use what \(program) printed: \(error.reason)",
        hint: "it must print a JSON object with Version 1, AccessKeyId and SecretAccessKey")
    }
  }

  private func run(_ words: [String], _ context: CredentialContext) throws(Failure) -> CommandResult {
    let request = CommandRequest(
      words: words, environment: context.environment, timeout: context.timeout(atMost: .seconds(3600)))
    do {
      return try context.run(request)
    } catch {
      let hint = error.code == ENOENT ? "is it installed, and in the PATH of the service?" : ""
      throw failure(context, "cannot run \(words[0]): \(error.reason)", hint: hint)
    }
  }

  /// Refuses every end but a clean one. Of the program's own words only the last line is told, without secrets.
  private func check(_ result: CommandResult, _ program: String, _ context: CredentialContext) throws(Failure) {
    let words = redactedLine(result.errors)
    let said = words.isEmpty ? "" : ": \(words)"
    switch result.end {
    case .exit(.exited(0)): return
    case .exit(let exit): throw failure(context, "\(program) \(exit.words)\(said)")
    case .timeout: throw failure(context, "\(program) did not end in time\(said)", .timeout)
    case .tooMuchOutput: throw failure(context, "\(program) printed more than 64 KiB")
    }
  }

  private func failure(
    _ context: CredentialContext, _ what: String, _ reason: FailureReason = .misconfigured, hint: String = ""
  ) -> Failure {
    Failure(reason, "cannot use credential_process of profile \(context.profileName): \(what)", hint: hint)
  }
}
