import FoundationEssentials
import KeyModel

/// The JSON that credential_process, the container endpoint and instance metadata answer; each has some of the members.
struct CredentialAnswer: Decodable {
  var version: Int?
  var accessKeyID: String?
  var secretAccessKey: String?
  var sessionToken: String?
  var token: String?
  var expiration: String?
  var accountID: String?
  var code: String?
  var message: String?

  private enum CodingKeys: String, CodingKey {
    case version = "Version"
    case accessKeyID = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"
    case sessionToken = "SessionToken"
    case token = "Token"
    case expiration = "Expiration"
    case accountID = "AccountId"
    case code = "Code"
    case message = "Message"
    case lowerCode = "code"
    case lowerMessage = "message"
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    version = try members.decodeIfPresent(Int.self, forKey: .version)
    accessKeyID = try members.decodeIfPresent(String.self, forKey: .accessKeyID)
    secretAccessKey = try members.decodeIfPresent(String.self, forKey: .secretAccessKey)
    sessionToken = try members.decodeIfPresent(String.self, forKey: .sessionToken)
    token = try members.decodeIfPresent(String.self, forKey: .token)
    expiration = try members.decodeIfPresent(String.self, forKey: .expiration)
    // Only shown: an account of another type is no reason to refuse credentials.
    accountID = try? members.decodeIfPresent(String.self, forKey: .accountID)
    code = Self.words(members, .code, .lowerCode)
    message = Self.words(members, .message, .lowerMessage)
  }

  /// A text that is only shown; the container endpoint of ECS writes its names in lower case.
  private static func words(_ members: KeyedDecodingContainer<CodingKeys>, _ keys: CodingKeys...) -> String? {
    keys.lazy.compactMap { try? members.decodeIfPresent(String.self, forKey: $0) }.first
  }
}

/// Decodes JSON where it stands, without a copy of it.
func decodedJSON<Value: Decodable>(_ bytes: UnsafeRawBufferPointer) throws -> Value {
  let document = bytes.baseAddress.map {
    Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: $0), count: bytes.count, deallocator: .none)
  }
  return try JSONDecoder().decode(Value.self, from: document ?? Data())
}

/// What is wrong with an answer that should hold credentials, in words that hold nothing of it.
struct AnswerError: Error, Hashable {
  /// What is wrong.
  let reason: String
  /// Whether the answer is well formed and says no.
  var isRefusal = false
}

extension CredentialAnswer {
  /// Parses the bytes of an answer, without a copy of them.
  static func parse(_ bytes: UnsafeRawBufferPointer) throws(AnswerError) -> CredentialAnswer {
    guard !bytes.isEmpty else { throw AnswerError(reason: "it is empty") }
    do {
      return try decodedJSON(bytes)
    } catch DecodingError.typeMismatch(_, let place) {
      let member = place.codingPath.last?.stringValue
      throw AnswerError(reason: member.map { "its \($0) has the wrong type" } ?? "it is no JSON object")
    } catch {
      throw AnswerError(reason: "it is not JSON")
    }
  }

  /// The members every answer must have; texts that are there but empty are refused too.
  func texts(token: String?) throws(AnswerError) -> CredentialTexts {
    guard let accessKeyID, !accessKeyID.isEmpty else { throw AnswerError(reason: "it has no AccessKeyId") }
    guard let secretAccessKey, !secretAccessKey.isEmpty else { throw AnswerError(reason: "it has no SecretAccessKey") }
    return CredentialTexts(
      accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: token, account: accountID)
  }

  /// When the credentials end; nil where the answer does not say. An end that is over is refused: such an answer is a
  /// failed attempt.
  func end(after moment: Timestamp) throws(AnswerError) -> Timestamp? {
    guard let expiration else { return nil }
    guard let end = Timestamp(written: expiration) else {
      throw AnswerError(reason: "its Expiration is no RFC 3339 time")
    }
    guard end > moment else { throw AnswerError(reason: "its credentials expired at \(end.rfc3339)") }
    return end
  }
}
