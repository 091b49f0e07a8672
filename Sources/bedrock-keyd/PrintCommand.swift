import ArgumentParser
import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// `bedrock-keyd print`: the published key on standard output, for programs that ask a command for it. No network, no
/// daemon: it reads what is on disk.
struct PrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Print a published key that lives; nothing is printed if it does not.")

  @Argument(help: "The key's name.")
  var key = "default"

  @Option(help: "Refuse a key that lives shorter than this, as in 10m.")
  var minRemaining = "0s"

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let name = try keyName(key)
    guard let least = Duration(setting: minRemaining) else {
      throw ValidationError("cannot use --min-remaining \"\(minRemaining)\": a number and its unit, as in 10m")
    }
    do throws(Failure) {
      let record = try readPublishedKey(name, in: runtime.folder)
      try requireLife(record.receipt, name, least)
      var text = SecretBytes(capacity: record.key.count + 1)
      record.key.withBytes { text.append(contentsOf: $0) }
      text.append(UInt8(ascii: "\n"))
      try writeSecret(text)
    } catch { try end(error.text, ExitCode(1)) }
  }

  private func requireLife(_ receipt: KeyReceipt, _ name: KeyName, _ least: Duration) throws(Failure) {
    let now = StatusFile.now(in: runtime.folder)
    guard receipt.isLive(at: now) else {
      throw Failure(
        .internal, "cannot print key \(name.text): it \(receipt.deathWords(at: now))", hint: "bedrock-keyd status")
    }
    guard let expires = receipt.expires, expires - now < least else { return }
    throw Failure(
      .internal, "cannot print key \(name.text): it lives for \((expires - now).words), less than \(least.setting)")
  }
}
