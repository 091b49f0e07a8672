import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// `bedrock-keyd mint`: one key, now, nothing stored.
struct MintCommand: ParsableCommand {
  /// How the key is printed.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// The key alone.
    case key
    /// A line that a shell or systemd reads.
    case env
    /// A JSON object.
    case json
  }

  static let configuration = CommandConfiguration(
    commandName: "mint", abstract: "Make one short-term key now and print it; nothing is stored.")

  @Option(help: "The region the key works in; else AWS_REGION, AWS_DEFAULT_REGION, the profile, instance metadata.")
  var region: String?

  @Option(help: "The profile whose credentials sign; else AWS_PROFILE.")
  var profile: String?

  @Option(help: "How long the key lives at most: 1s to 12h.")
  var lifetime = "12h"

  @Option(help: "key: the key alone; env: AWS_BEARER_TOKEN_BEDROCK=KEY; json: with region and end.")
  var format = Format.key

  func run() throws {
    guard let life = Duration(setting: lifetime) else {
      throw ValidationError("cannot use lifetime \"\(lifetime)\": it must be a number and its unit, as in 90s or 12h")
    }
    do throws(IssuingError) {
      let issued = try mintKey(
        environment: .ofThisProcess(), region: region, profile: profile, lifetime: life)
      try print(issued)
    } catch {
      throw reported(error)
    }
  }

  private func print(_ issued: borrowing IssuedKey) throws(IssuingError) {
    let (before, after) = surroundings(issued.receipt)
    var text = SecretBytes(capacity: issued.key.count + before.utf8.count + after.utf8.count)
    text.append(contentsOf: before.utf8)
    issued.key.withBytes { text.append(contentsOf: $0) }
    text.append(contentsOf: after.utf8)
    try writeResult(text)
  }

  /// What stands before and after the key.
  private func surroundings(_ receipt: KeyReceipt) -> (String, String) {
    switch format {
    case .key: return ("", "\n")
    case .env: return ("AWS_BEARER_TOKEN_BEDROCK=", "\n")
    case .json:
      let end = receipt.expires.map { "\"\($0.rfc3339)\"" } ?? "null"
      let rest = "\"expires_at\":\(end),\"region\":\"\(receipt.region)\",\"type\":\"\(receipt.type.rawValue)\""
      return ("{\"token\":\"", "\",\(rest)}\n")
    }
  }
}
