import AWSClient
import FoundationEssentials
import KeyModel
import SigV4

/// A role of IAM Identity Center, by the token of a person's login
/// (https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html).
struct SSOProvider: CredentialProvider {
  let name = "sso"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let settings = try SSOSettings(context) else {
      return .notConfigured("no sso_account_id, no sso_role_name")
    }
    let token = SSOToken(settings: settings, context: context)
    let cache = TokenCache(path: "\(context.ssoCacheFolder)/\(settings.cacheName)", context: context)
    let found = try cache.token(token)
    return .credentials(try roleCredentials(settings, try token.accessToken(found), token.loginHint, context))
  }

  private func roleCredentials(
    _ settings: SSOSettings, _ accessToken: String, _ loginHint: String, _ context: CredentialContext
  ) throws(Failure) -> Credentials {
    let caller = try context.caller(of: .sso, region: settings.region, signed: false)
    let request = SignableRequest(
      method: "GET", path: "/federation/credentials",
      parameters: [("role_name", settings.role), ("account_id", settings.account)],
      headers: [("x-amz-sso_bearer_token", accessToken)])
    let what = "cannot get credentials of role \(settings.role) in account \(settings.account)"
    let answer: RoleCredentialsAnswer
    do {
      answer = try caller.send(request, authorize: nil, expecting: "JSON of credentials") { .parse($0) }
    } catch {
      if error.code == "UnauthorizedException" {
        throw error.failure(what, at: caller.endpoint, reason: .needsLogin, hint: loginHint)
      }
      let hints = [
        "ForbiddenException": "the role must be assigned to the user: check sso_account_id and sso_role_name",
        "ResourceNotFoundException": "check sso_account_id and sso_role_name",
      ]
      throw error.failure(what, at: caller.endpoint, hint: hints[error.code] ?? "")
    }
    let found = answer.roleCredentials
    let end = Timestamp(milliseconds: found.expiration)
    guard end > context.awsTime else {
      throw Failure(.unreachable, "\(what): those of \(caller.endpoint.shown) expired at \(end.rfc3339)")
    }
    let texts = CredentialTexts(
      accessKeyID: found.accessKeyId, secretAccessKey: found.secretAccessKey, sessionToken: found.sessionToken,
      account: settings.account)
    return Credentials(texts, expiration: end, source: .sso)
  }
}

/// The answer to GetRoleCredentials; the expiration is in milliseconds since 1970.
private struct RoleCredentialsAnswer: Decodable {
  struct Found: Decodable {
    let accessKeyId, secretAccessKey, sessionToken: String
    let expiration: Int64
  }

  let roleCredentials: Found

  /// Reads a body; nil where it holds no credentials.
  static func parse(_ body: UnsafeRawBufferPointer) -> RoleCredentialsAnswer? {
    guard let answer = try? JSONDecoder().decode(Self.self, from: Data(body)) else { return nil }
    let found = answer.roleCredentials
    return [found.accessKeyId, found.secretAccessKey, found.sessionToken].contains("") ? nil : answer
  }
}
