/// The id of an IAM service-specific credential, the object behind a long-term key. It names the file of the secret, too.
package struct CredentialID: Hashable, Comparable, Sendable {
  /// The id as IAM writes it.
  package let text: String

  /// Nil where the text cannot be one: IAM's pattern is `[\w]+`, at most 128 characters (IAM API,
  /// ServiceSpecificCredentialMetadata).
  package init?(_ text: some StringProtocol) {
    let bytes = text.utf8
    guard (1...128).contains(bytes.count), bytes.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "_") })
    else { return nil }
    self.text = String(text)
  }

  /// By the id's bytes.
  package static func < (left: CredentialID, right: CredentialID) -> Bool { left.text < right.text }
}

/// What IAM tells of a service-specific credential, without its secret.
package struct ServiceCredential: Hashable, Sendable {
  /// IAM's word for how it is.
  package enum Status: String, Hashable, Sendable, CaseIterable {
    case active = "Active"
    case inactive = "Inactive"
    case expired = "Expired"
  }

  /// Its id.
  package var id: CredentialID
  /// When IAM made it (CreateDate).
  package var created: Timestamp
  /// When it expires by itself (ExpirationDate); nil for never.
  package var expires: Timestamp?
  /// How it was when IAM was asked.
  package var status: Status

  /// A credential by its parts.
  package init(id: CredentialID, created: Timestamp, expires: Timestamp?, status: Status = .active) {
    self.id = id
    self.created = created
    self.expires = expires
    self.status = status
  }
}
