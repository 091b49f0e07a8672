import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// `bedrock-keyd long-term create`: a key for a user, shown or written once.
struct LongTermCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a long-term key for a user, who has two at most.")

  @Option(help: "The IAM user it is for.")
  var user: String

  @Option(help: "How long it lives: 1d to 36600d, or never.")
  var expires = "never"

  @Flag(help: "Make the user first, if there is none of this name.")
  var createUser = false

  @Option(
    defaultAsFlag: "AmazonBedrockLimitedAccess",
    help: "Attach a policy to the user: an ARN or the name of one of AWS's (AmazonBedrockLimitedAccess).")
  var attachPolicy: String?

  @OptionGroup var destination: KeyDestination
  @OptionGroup var iam: IAMOptions

  func validate() throws {
    try checkUserName(user)
    _ = try age()
    guard let attachPolicy, !attachPolicy.hasPrefix("arn:") else { return }
    guard ServiceSpecificCredential.isUserName(attachPolicy) else {
      throw ValidationError("cannot use this as a policy: it must be an ARN or the name of one of AWS's policies")
    }
  }

  func run() throws {
    let age = try age()
    do throws(IssuingError) {
      let client = try iam.open()
      let place = try destination.reserve()
      let isNew = try prepareUser(client)
      blockEndingSignals()
      let made = try ask { () throws(IAMError) in
        try client.create(user: user, age: age, isUserNew: isNew)
      }
      let end = made.credential.expires.map { "it expires \($0.rfc3339)" } ?? "it never expires"
      try place.deliver(made, "made for user \(user), \(end)") { undo($0, client) }
    } catch { throw reported(error) }
  }

  private func age() throws -> CredentialAge {
    guard let age = CredentialAge(setting: expires) else {
      throw ValidationError("cannot use \"\(expires)\" as a life: it must be \(CredentialAge.rule)")
    }
    return age
  }

  /// Makes the user and attaches the policy, if asked to; whether the user is new.
  private func prepareUser(_ client: IAMClient) throws(IssuingError) -> Bool {
    var isNew = false
    if createUser {
      isNew = try ask { () throws(IAMError) in try client.createUser(user) }
      writeLine("user \(user) is \(isNew ? "made" : "there already")", to: STDERR_FILENO)
    }
    guard let attachPolicy else { return isNew }
    let arn =
      attachPolicy.hasPrefix("arn:") ? attachPolicy : "arn:\(client.partition):iam::aws:policy/\(attachPolicy)"
    try ask { () throws(IAMError) in
      try client.attachPolicy(arn, to: user, isUserNew: isNew)
    }
    writeLine("policy \(arn) is attached to user \(user)", to: STDERR_FILENO)
    return isNew
  }

  /// A key that nobody can be told is deleted again.
  private func undo(_ credential: ServiceSpecificCredential, _ client: IAMClient) -> String {
    do throws(IAMError) {
      try client.delete(credential.id, user: user)
      return "key \(credential.id) was deleted again"
    } catch {
      return "key \(credential.id) is there all the same, and nobody knows it: delete it with bedrock-keyd long-term"
        + " delete \(credential.id) --user \(user)"
    }
  }
}
