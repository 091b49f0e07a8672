import KeyModel
import SigV4

/// AWS credentials and what is known of them. They cannot be copied or printed; the secret parts are wiped.
package struct Credentials: ~Copyable {
  /// What signatures are made with.
  package let keys: SigningCredentials
  /// When they end; nil where that is not known, or never.
  package let expiration: Timestamp?
  /// Where they came from.
  package let source: CredentialSource
  /// The AWS account they belong to, or empty where nobody said so and the access key id does not tell.
  package let account: String
  /// Things an operator should know although nothing failed.
  package var warnings: [String] = []

  /// Credentials by their parts; an empty session token is none.
  package init(
    keys: consuming SigningCredentials, expiration: Timestamp? = nil, source: CredentialSource, account: String? = nil
  ) {
    self.account = account.flatMap { $0.isEmpty ? nil : $0 } ?? accountNumber(ofAccessKeyID: keys.accessKeyID) ?? ""
    self.keys = keys
    self.expiration = expiration
    self.source = source
  }

  /// A signer with these credentials, which end here.
  package consuming func makeSigner() -> Signer { Signer(keys) }

  /// Credentials from texts that others hold already (environment, files, answers).
  init(_ texts: CredentialTexts, expiration: Timestamp? = nil, source: CredentialSource) {
    let keys = SigningCredentials(
      accessKeyID: texts.accessKeyID, secretAccessKey: SecretBytes(copying: texts.secretAccessKey.utf8),
      sessionToken: SecretBytes(copying: (texts.sessionToken ?? "").utf8))
    self.init(keys: keys, expiration: expiration, source: source, account: texts.account)
  }
}

/// The texts that make credentials, on their way from where they were found.
struct CredentialTexts {
  var accessKeyID: String
  var secretAccessKey: String
  var sessionToken: String?
  var account: String?
}
