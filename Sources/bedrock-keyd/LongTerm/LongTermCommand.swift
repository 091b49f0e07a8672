import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// `bedrock-keyd long-term`: the long-term keys of IAM users.
struct LongTermCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "long-term", abstract: "Make, list, switch and delete the long-term keys of IAM users.",
    subcommands: [
      LongTermCreate.self, LongTermList.self, LongTermActivate.self, LongTermDeactivate.self, LongTermReset.self,
      LongTermDelete.self,
    ])
}

/// How the commands reach IAM.
struct IAMOptions: ParsableArguments {
  @Option(help: "The profile whose credentials ask; else AWS_PROFILE.")
  var profile: String?

  @Option(help: "A region of the partition whose IAM is asked; else AWS_REGION, AWS_DEFAULT_REGION, the profile's.")
  var region: String?

  /// A client of IAM.
  func open() throws(IssuingError) -> IAMClient {
    try openIAM(environment: .ofThisProcess(), region: region, profile: profile)
  }
}

/// The key that a command is about.
struct CredentialOptions: ParsableArguments {
  @Argument(help: "The key's id, as `long-term list` shows it.")
  var id: String

  @Option(help: "The IAM user it belongs to; else the one whose credentials ask.")
  var user: String?

  func validate() throws {
    // A key given in an id's place, which its form may allow, is sent to nobody and not repeated in a message.
    guard ServiceSpecificCredential.isID(id), !id.hasPrefix("ABSK") else {
      throw ValidationError(
        "cannot use this as a key's id: an id has 20 to 128 letters, digits and underscores, and is not the key itself")
    }
    if let user { try checkUserName(user) }
  }

  /// The key in a message.
  var words: String { user.map { "\(id) of user \($0)" } ?? id }
}

/// Refuses what cannot be the name of an IAM user.
func checkUserName(_ name: String) throws {
  guard ServiceSpecificCredential.isUserName(name) else {
    throw ValidationError(
      "cannot use this as the name of a user: a name has 1 to 64 letters, digits and characters of _+=,.@-")
  }
}

/// Asks IAM for something.
func ask<Answer: ~Copyable>(_ body: () throws(IAMError) -> Answer) throws(IssuingError) -> Answer {
  do throws(IAMError) { return try body() } catch { throw .failed(error.failure) }
}
