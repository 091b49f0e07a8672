import ArgumentParser
import Issuing
import KeyModel

/// `bedrock-keyd long-term reset`: another key in an old one's place.
struct LongTermReset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Make another key with the same id and end; the old one is dead at once.")

  @OptionGroup var credential: CredentialOptions
  @OptionGroup var destination: KeyDestination
  @OptionGroup var consent: Consent
  @OptionGroup var iam: IAMOptions

  func run() throws {
    try consent.ask("Reset key \(credential.words)? What uses the old one is refused at once.")
    do throws(IssuingError) {
      let client = try iam.open()
      let place = try destination.reserve()
      blockEndingSignals()
      let made = try ask { () throws(IAMError) in try client.reset(credential.id, user: credential.user) }
      try place.deliver(made, "reset: the old one is dead") { "key \($0.id) was reset all the same: reset it again" }
    } catch { throw reported(error) }
  }
}
