import ArgumentParser
import Glibc
import Issuing
import KeyModel

/// The commands. A new one is one file and one line here.
struct BedrockKeyd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bedrock-keyd", abstract: "Keeps a valid Amazon Bedrock API key on a server at all times.",
    version: "bedrock-keyd \(productVersion)",
    subcommands: [
      DaemonCommand.self, MintCommand.self, CredentialsCommand.self, PrintCommand.self, ExecCommand.self,
      InspectCommand.self,
      RenewCommand.self, StatusCommand.self, CheckCommand.self, DoctorCommand.self, ConfigCommand.self,
      LongTermCommand.self,
    ])
}

// Before the argument parser: the issuer starts often and shall start fast.
if CommandLine.arguments.dropFirst() == ["issue"] { exit(runIssuer()) }
// A reader that is gone is an error to report, not a reason to die without a word. Programs that `exec` starts inherit
// what is ignored: it blocks the signal instead.
if CommandLine.arguments.dropFirst().first != "exec" { signal(SIGPIPE, SIG_IGN) }
BedrockKeyd.main()
