import KeyModel

/// What a signature is made with.
package struct SigningCredentials: ~Copyable {
  /// The access key id; it is no secret.
  package let accessKeyID: String
  /// The secret access key.
  package let secretAccessKey: SecretBytes
  /// The session token of temporary credentials; empty where there is none.
  package let sessionToken: SecretBytes

  /// Credentials by their parts.
  package init(accessKeyID: String, secretAccessKey: consuming SecretBytes, sessionToken: consuming SecretBytes) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// Whether they are temporary.
  package var isTemporary: Bool { sessionToken.count > 0 }

  /// Whether they are those that AWS prints in its documentation (`AKIDEXAMPLE`, `AKIAIOSFODNN7EXAMPLE`), which AWS
  /// accepts nowhere.
  package var areExample: Bool { accessKeyID.hasSuffix("EXAMPLE") }
}
