import ArgumentParser
import Glibc
import Issuing
import LinuxHost

/// `bedrock-keyd long-term activate`: a key that works again.
struct LongTermActivate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate", abstract: "Make a key work again that was deactivated.")

  @OptionGroup var credential: CredentialOptions
  @OptionGroup var iam: IAMOptions

  func run() throws {
    try change(iam, "key \(credential.words) is active") { (client) throws(IAMError) in
      try client.update(credential.id, user: credential.user, isActive: true)
    }
  }
}

/// `bedrock-keyd long-term deactivate`: a key that is refused until it is activated.
struct LongTermDeactivate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deactivate", abstract: "Make Bedrock refuse a key until it is activated again.")

  @OptionGroup var credential: CredentialOptions
  @OptionGroup var consent: Consent
  @OptionGroup var iam: IAMOptions

  func run() throws {
    try consent.ask("Deactivate key \(credential.words)? What uses it is refused until it is activated again.")
    try change(iam, "key \(credential.words) is inactive") { (client) throws(IAMError) in
      try client.update(credential.id, user: credential.user, isActive: false)
    }
  }
}

/// `bedrock-keyd long-term delete`: the end of a key.
struct LongTermDelete: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a key for good.")

  @OptionGroup var credential: CredentialOptions
  @OptionGroup var consent: Consent
  @OptionGroup var iam: IAMOptions

  func run() throws {
    try consent.ask("Delete key \(credential.words) for good? What uses it is refused at once.")
    try change(iam, "key \(credential.words) is deleted") { (client) throws(IAMError) in
      try client.delete(credential.id, user: credential.user)
    }
  }
}

/// Changes something at IAM and says so.
private func change(
  _ iam: IAMOptions, _ done: String, _ body: (IAMClient) throws(IAMError) -> Void
) throws {
  do throws(IssuingError) {
    let client = try iam.open()
    try ask { () throws(IAMError) in try body(client) }
  } catch { throw reported(error) }
  writeLine(done, to: STDOUT_FILENO)
}
