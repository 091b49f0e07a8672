import KeyModel

/// The JSON that CreateSession of IAM Roles Anywhere answers.
struct SessionAnswer: Decodable {
  private struct Member: Decodable {
    var credentials: SessionCredentials?
  }

  private struct SessionCredentials: Decodable {
    var accessKeyId: String?
    var secretAccessKey: String?
    var sessionToken: String?
    var expiration: String?
  }

  private var credentialSet: [Member]?

  /// Parses an answer; nil where it is none.
  init?(json bytes: UnsafeRawBufferPointer) {
    guard let answer: SessionAnswer = try? decodedJSON(bytes) else { return nil }
    self = answer
  }

  private var credentials: SessionCredentials? { credentialSet?.first?.credentials }

  /// When the session ends; nil where the answer does not say.
  var end: Timestamp? { credentials?.expiration.flatMap { Timestamp(rfc3339: $0) } }

  /// The credentials of the session; nil where a part is missing or empty.
  func texts(account: String) -> CredentialTexts? {
    guard let id = credentials?.accessKeyId, let secret = credentials?.secretAccessKey,
      let token = credentials?.sessionToken, !id.isEmpty, !secret.isEmpty, !token.isEmpty
    else { return nil }
    return CredentialTexts(accessKeyID: id, secretAccessKey: secret, sessionToken: token, account: account)
  }
}
