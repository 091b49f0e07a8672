/// What is known of an issued key, without the key: everything that is decided and shown is decided and shown on this.
package struct KeyReceipt: Hashable, Sendable {
  /// The first 16 hexadecimal digits of the key's SHA-256: names the key without telling it.
  package var fingerprint: String
  /// The date the key was signed with.
  package var issued: Timestamp
  /// When the key dies: the earlier of its own end and that of the credentials that signed it; nil when it never does.
  package var expires: Timestamp?
  /// False where the signing credentials are temporary and do not say until when they live.
  package var expiresKnown: Bool
  /// The region the key works in.
  package var region: String
  /// Short-term or long-term.
  package var type: KeyType
  /// Where the credentials came from.
  package var credentialSource: CredentialSource
  /// The AWS account of the signer where it can be derived from the access key id, else empty.
  package var account: String
  /// Whether AWS's published example credentials signed it (access key id ending in EXAMPLE).
  package var isExample: Bool
  /// A digest of the settings the key was made under; a key made under others does not count.
  package var settingsDigest: String

  /// A receipt by its parts, in the order of the properties.
  package init(
    fingerprint: String, issued: Timestamp, expires: Timestamp?, expiresKnown: Bool, region: String, type: KeyType,
    credentialSource: CredentialSource, account: String, isExample: Bool, settingsDigest: String
  ) {
    self.fingerprint = fingerprint
    self.issued = issued
    self.expires = expires
    self.expiresKnown = expiresKnown
    self.region = region
    self.type = type
    self.credentialSource = credentialSource
    self.account = account
    self.isExample = isExample
    self.settingsDigest = settingsDigest
  }

  /// How far in the future a key may be signed and still count: AWS refuses more than 5 minutes (SigV4 clock skew).
  package static let toleratedFuture: Duration = .seconds(240)

  /// Whether the key works at a moment on the corrected clock (local time and the skew learned from AWS).
  package func isLive(at moment: Timestamp) -> Bool {
    // A long-term key is not signed: its date says when IAM made it.
    guard type == .longTerm || issued <= moment + Self.toleratedFuture else { return false }
    guard let expires else { return true }
    return moment < expires
  }

  /// What is said after a key's name where it does not work at a moment: it died, or its date has not come.
  package func deathWords(at moment: Timestamp) -> String {
    guard let expires, expires <= moment else { return "is signed in the future, at \(issued.rfc3339)" }
    return "is dead since \(expires.rfc3339)"
  }
}
