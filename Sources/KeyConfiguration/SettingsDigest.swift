import COpenSSL
import LinuxHost
import ProcessMessages

/// What decides which key this is: a record made under another digest does not count. The life and the outputs are not
/// part of it, nor is any secret.
struct KeyIdentity {
  private let identityVariables: [String: String]

  /// The start environment's variables that decide who signs: those of AWS and HOME, under which the profiles lie;
  /// without those that hold or accompany secrets, which change at every rotation.
  init(startEnvironment: Environment) {
    identityVariables = startEnvironment.variables.filter { name, _ in
      (name == "HOME" || name.hasPrefix("AWS_")) && !mayHoldSecret(name)
    }
  }

  /// The digest of a key's settings: 64 hexadecimal digits of SHA-256 over the fields in the coding of all messages.
  func digest(_ key: KeyDraft) -> String {
    var environment = identityVariables
    for variable in key.environment { environment[variable.name] = variable.value }
    var writer = FieldWriter()
    writer.write("bedrock-keyd settings 1")
    writer.write(key.type)
    writer.write(key.family)
    writer.write(optional: key.region) { $0.write($1.name) }
    writer.write(optional: key.profile) { $0.write($1) }
    if let user = key.user { writer.write(user) }
    writer.write(list: environment.sorted { $0.key < $1.key }) {
      $0.write($1.key)
      $0.write($1.value)
    }
    // Written only where it is, so that the digests of other keys stay as they were.
    if let anywhere = key.rolesAnywhere {
      for text in [anywhere.certificate, anywhere.privateKey, anywhere.trustAnchor, anywhere.profile, anywhere.role] {
        writer.write(text)
      }
    }
    return sha256(writer.bytes)
  }
}

/// The hexadecimal SHA-256 of bytes.
private func sha256(_ bytes: [UInt8]) -> String {
  var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
  var length: UInt32 = 0
  guard EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil) == 1 else {
    fatalError("cannot compute SHA-256: OpenSSL refuses it")
  }
  let digits = Array("0123456789abcdef".utf8)
  let text = digest.prefix(Int(length)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  return String(decoding: text, as: UTF8.self)
}
