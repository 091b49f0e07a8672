import KeyModel

/// The IAM object behind a long-term key, without its secret
/// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredentialMetadata.html).
package struct ServiceSpecificCredential: Hashable, Sendable {
  /// What IAM says of it.
  package enum Status: String, Sendable, CaseIterable {
    /// The key works.
    case active = "Active"
    /// Somebody switched it off.
    case inactive = "Inactive"
    /// Its time is over.
    case expired = "Expired"
  }

  /// Its id, `ACCA…`.
  package var id: String
  /// The IAM user it belongs to.
  package var user: String
  /// Whether the key works.
  package var status: Status
  /// When it was made.
  package var created: Timestamp
  /// When it ends; nil where it never does.
  package var expires: Timestamp?
  /// The public part of the key, `USER-at-ACCOUNT` and the like; empty where IAM does not tell.
  package var serviceUserName: String

  /// A credential by its parts.
  package init(
    id: String, user: String, status: Status, created: Timestamp, expires: Timestamp? = nil,
    serviceUserName: String = ""
  ) {
    self.id = id
    self.user = user
    self.status = status
    self.created = created
    self.expires = expires
    self.serviceUserName = serviceUserName
  }

  /// A credential of an answer, by the texts of its members; nil where one is missing or cannot be what it is. Bedrock's
  /// public part is ServiceCredentialAlias, that of other services ServiceUserName.
  init?(members: [String: String]) {
    guard let id = members["ServiceSpecificCredentialId"], Self.isID(id), let user = members["UserName"],
      let status = members["Status"].flatMap(Status.init), let created = members["CreateDate"].flatMap(Self.moment)
    else { return nil }
    var end: Timestamp?
    if let text = members["ExpirationDate"] {
      end = Self.moment(text)
      if end == nil { return nil }
    }
    let name = members["ServiceCredentialAlias"] ?? members["ServiceUserName"] ?? ""
    self.init(id: id, user: user, status: status, created: created, expires: end, serviceUserName: name)
  }

  /// Whether a text can be an id: 20 to 128 letters, digits and underscores (IAM API, `serviceSpecificCredentialId`).
  package static func isID(_ text: String) -> Bool {
    (20...128).contains(text.utf8.count) && text.utf8.allSatisfy { isWord($0) }
  }

  /// Whether a text can be a user's name: 1 to 64 letters, digits and `_+=,.@-` (IAM API, `userNameType`).
  package static func isUserName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isWord($0) || "+=,.@-".utf8.contains($0) }
  }

  private static func moment(_ text: String) -> Timestamp? { Timestamp(rfc3339: text) }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// A credential that has just been made or reset, with the only copy of its key.
package struct IssuedLongTermKey: ~Copyable {
  /// What IAM says of the credential.
  package let credential: ServiceSpecificCredential
  /// The key, `ABSK…`.
  package let key: SecretBytes
}
