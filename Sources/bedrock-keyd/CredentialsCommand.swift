import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// `bedrock-keyd credentials`: the AWS credentials that keys would be signed with.
struct CredentialsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credentials",
    abstract: "Print the AWS credentials that keys are signed with, in the form of a credential_process.")

  @Option(help: "The profile whose credentials are printed; else AWS_PROFILE.")
  var profile: String?

  @Flag(help: "Print them although standard output is a terminal.")
  var show = false

  func run() throws {
    guard show || !isTerminal(STDOUT_FILENO) else {
      throw ValidationError("cannot print credentials to a terminal unless --show is given")
    }
    do throws(IssuingError) {
      let credentials = try resolveCredentials(environment: .ofThisProcess(), profile: profile)
      try writeResult(credentialProcessDocument(credentials))
    } catch {
      throw reported(error)
    }
  }
}
