import AWSClient
import KeyModel
import SigV4

/// The access token of a login to IAM Identity Center, and how it is renewed at its OIDC service
/// (https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html).
struct SSOToken: RenewableToken {
  let settings: SSOSettings
  let context: CredentialContext

  /// A token with less left could end on its way.
  private static let margin: Duration = .seconds(10)

  var name: String { "the SSO session \(settings.session ?? settings.startURL)" }

  let loginCommand = "aws sso login"

  func isEnough(_ token: JSONObject) -> Bool {
    guard let end = token.time("expiresAt") else { return false }
    return end > now + Self.margin
  }

  /// The token as a header has it.
  func accessToken(_ token: JSONObject) throws(Failure) -> String {
    guard let text = token.nonEmpty("accessToken"), text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
      throw needsLogin("its cache holds no access token")
    }
    return text
  }

  func checkRenewable(_ token: JSONObject) throws(Failure) {
    guard token.nonEmpty("accessToken") != nil, let end = token.time("expiresAt") else {
      throw needsLogin("its cache holds no access token with an end")
    }
    let ended = "its token expired at \(end.rfc3339)"
    guard settings.session != nil else { throw needsLogin(ended) }
    let needed = ["refreshToken", "clientId", "clientSecret"]
    guard needed.allSatisfy({ token.nonEmpty($0) != nil }), let registered = token.time("registrationExpiresAt") else {
      throw needsLogin("\(ended) and cannot be renewed")
    }
    guard registered > now else {
      throw needsLogin("\(ended), and what may renew it at \(registered.rfc3339)")
    }
  }

  func renew(_ token: JSONObject) throws(Failure) -> JSONObject {
    let caller = try context.caller(of: .ssoOIDC, region: settings.region, signed: false)
    var body = token.filter { ["clientId", "clientSecret", "refreshToken"].contains($0.key) }
    body["grantType"] = .text("refresh_token")
    let request = SignableRequest(
      method: "POST", path: "/token", headers: [("Content-Type", "application/json")], body: body.encoded)
    let answer: JSONObject
    do {
      answer = try caller.send(request, authorize: nil, expecting: "JSON object") { .parse($0) }
    } catch {
      throw error.failure(
        "cannot renew \(name)", at: caller.endpoint, reason: reason(error), hint: hint(error))
    }
    guard let access = answer["accessToken"], case .integer(let life) = answer["expiresIn"] else {
      throw Failure(.unreachable, "cannot renew \(name): the answer of \(caller.endpoint.shown) holds no token")
    }
    var fresh = token
    fresh["startUrl"] = .text(settings.startURL)
    fresh["region"] = .text(settings.region.name)
    fresh["accessToken"] = access
    fresh["expiresAt"] = end(ofLife: life, atMost: Self.longestLife)
    if let next = answer["refreshToken"] { fresh["refreshToken"] = next }
    return fresh
  }

  /// Sessions last 90 days at most.
  private static let longestLife: Int64 = 90 * 86_400

  /// What OAuth refuses means that the login is over, unless it is a refusal for the moment; nil keeps the reason.
  private func reason(_ error: CallError) -> FailureReason? {
    if error.oauthCode == "slow_down" { return .throttled }
    guard !error.oauthCode.isEmpty, (400..<500).contains(error.status), error.reason != .throttled else { return nil }
    return error.code == Self.wrongRegion ? nil : .needsLogin
  }

  private func hint(_ error: CallError) -> String {
    if error.code == Self.wrongRegion { return "check sso_region" }
    return reason(error) == .needsLogin ? loginHint : ""
  }

  private static let wrongRegion = "InvalidRequestRegionException"
}
