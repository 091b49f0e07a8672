import ArgumentParser
import Glibc
import Issuing

/// The commands.
struct BedrockKeyd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bedrock-keyd", abstract: "Keeps a valid Amazon Bedrock API key on a server at all times.",
    subcommands: [MintCommand.self, CredentialsCommand.self, ConfigCommand.self])
}

// Before the argument parser: the issuer starts often and shall start fast.
if CommandLine.arguments.dropFirst() == ["issue"] { exit(runIssuer()) }
BedrockKeyd.main()
