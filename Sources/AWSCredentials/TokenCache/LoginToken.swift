import AWSClient
import KeyModel
import SigV4

/// The credentials of `aws login`, and how they are renewed at AWS Sign-In: with a refresh token that changes at each use
/// and is bound to a private key (https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html).
struct LoginToken: RenewableToken {
  /// The value of `login_session`: the ARN of who logged in.
  let session: String
  let context: CredentialContext

  /// What credentials must have left where none are to be replaced: botocore's.
  private static let leastLife: Duration = .seconds(300)
  /// AWS says 900 at most; a day is surely wrong.
  private static let longestLife: Int64 = 86_400

  var name: String { "the login session \(session)" }

  let loginCommand = "aws login"

  /// The end of a token's credentials by AWS's clock; nil where it has none.
  private func end(_ token: JSONObject) -> Timestamp? {
    token["accessToken"]?.members?.time("expiresAt").map { $0 + (context.awsTime - now) }
  }

  func isEnough(_ token: JSONObject) -> Bool {
    guard missing(token).isEmpty, let end = end(token) else { return false }
    if let outlived = context.outlived { return end > max(outlived, context.awsTime) }
    return end > context.awsTime + Self.leastLife
  }

  func checkRenewable(_ token: JSONObject) throws(Failure) {
    let missing = missing(token)
    guard missing.isEmpty else { throw needsLogin("its cache has no \(missing.joined(separator: ", "))") }
    guard key(token) != nil else { throw needsLogin("the dpopKey of its cache is no private key on P-256") }
  }

  /// The credentials, which must live.
  func credentials(_ token: JSONObject) throws(Failure) -> Credentials {
    guard let found = token["accessToken"]?.members, let id = found.nonEmpty("accessKeyId"),
      let secret = found.nonEmpty("secretAccessKey"), let sessionToken = found.nonEmpty("sessionToken"),
      let end = end(token)
    else { throw needsLogin("its cache holds no credentials with an end") }
    guard end > context.awsTime else {
      throw Failure(.unreachable, "cannot use \(name): the credentials of AWS Sign-In expired at \(end.rfc3339)")
    }
    let texts = CredentialTexts(
      accessKeyID: id, secretAccessKey: secret, sessionToken: sessionToken, account: found.nonEmpty("accountId"))
    return Credentials(texts, expiration: end, source: .login)
  }

  func renew(_ token: JSONObject) throws(Failure) -> JSONObject {
    guard let key = key(token) else { throw needsLogin("the dpopKey of its cache is no private key on P-256") }
    let caller = try context.caller(of: .signin, region: try region(token), signed: false)
    var body = token.filter { ["clientId", "refreshToken"].contains($0.key) }
    body["grantType"] = .text("refresh_token")
    let path = "/v1/token"
    let request = SignableRequest(
      method: "POST", path: path, headers: [("Content-Type", "application/json")], body: body.encoded)
    let prove: CallAuthorizer = { _, endpoint, moment in
      let proof = DPoPProof(url: endpoint.shown + path, issued: moment, id: context.makeID())
      return [("DPoP", proof.signed(by: key))]
    }
    let answer: JSONObject
    do {
      answer = try caller.send(request, authorize: prove, expecting: "JSON object") { .parse($0) }
    } catch {
      let refusal = refusal(error)
      throw error.failure(
        "cannot renew \(name)", at: caller.endpoint, reason: refusal?.reason, hint: refusal?.hint ?? "")
    }
    return merged(answer, into: token)
  }

  /// The refresh token is kept whatever the credentials beside it are: the old one does not count any more.
  private func merged(_ answer: JSONObject, into token: JSONObject) -> JSONObject {
    var fresh = token
    if answer.nonEmpty("refreshToken") != nil { fresh["refreshToken"] = answer["refreshToken"] }
    var credentials = token["accessToken"]?.members ?? [:]
    if let found = answer["accessToken"]?.members, case .integer(let life) = answer["expiresIn"] {
      credentials.merge(found) { $1 }
      credentials["expiresAt"] = end(ofLife: life, atMost: Self.longestLife)
    }
    fresh["accessToken"] = .object(credentials)
    return fresh
  }

  private func key(_ token: JSONObject) -> P256Key? { token.nonEmpty("dpopKey").flatMap { P256Key(pem: $0) } }

  /// What every cache of a login has.
  private func missing(_ token: JSONObject) -> [String] {
    ["refreshToken", "dpopKey", "clientId"].filter { token.nonEmpty($0) == nil }
      + (token["accessToken"]?.members == nil ? ["accessToken"] : [])
  }

  /// Where the login was made, which newer caches say, else what is configured.
  private func region(_ token: JSONObject) throws(Failure) -> Region {
    if let text = token.nonEmpty("signInRegion") {
      guard let region = Region(text) else { throw needsLogin("the signInRegion of its cache cannot be a region") }
      return region
    }
    guard let region = try context.configuredRegion() else {
      throw Failure(
        .misconfigured, "cannot renew \(name): no region is configured",
        hint: "set AWS_REGION or the profile's region to the one of the login")
    }
    return region
  }

  /// What a refusal of AWS Sign-In means; nil for trouble of another kind.
  private func refusal(_ error: CallError) -> (reason: FailureReason, hint: String)? {
    switch error.oauthCode {
    case "TOKEN_EXPIRED": (.needsLogin, "the login is over after 12 hours at most; \(loginHint)")
    case "USER_CREDENTIALS_CHANGED": (.needsLogin, "the user's password or access changed; \(loginHint)")
    case "INSUFFICIENT_PERMISSIONS":
      (.denied, "the user needs signin:CreateOAuth2Token (policy SignInLocalDevelopmentAccess); then \(loginHint)")
    case "INVALID_REQUEST", "invalid_request", "invalid_grant":
      (.needsLogin, "the refresh token counts no more, perhaps because another program used it; \(loginHint)")
    default: nil
    }
  }
}
