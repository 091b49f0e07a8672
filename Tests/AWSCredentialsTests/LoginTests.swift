import AWSClient
import FoundationEssentials
import KeyModel
import SigV4
import Testing

@testable import AWSCredentials

@Suite struct LoginTests {
  let fake = FakeSurroundings()
  static let session = "arn:aws:iam::111122223333:user/ann"
  static let path = "/home/u/.aws/login/cache/\(TextDigest.sha256(session)).json"
  static let key =
    #"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"#
    + #"AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\nfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"#
    + #"-----END EC PRIVATE KEY-----\n"#
  static let now = SSOTests.now

  /// A cache whose credentials end in so many seconds.
  static func cache(_ left: Int64, id: String = "ASIAX", refresh: String = "refresh-1", more: String = "") -> String {
    let end = Timestamp(seconds: now + left).rfc3339
    return #"{"accessToken":{"accessKeyId":"\#(id)","accountId":"111122223333","expiresAt":"\#(end)","#
      + #""secretAccessKey":"s","sessionToken":"t"},"clientId":"c","dpopKey":"\#(key)","#
      + #""refreshToken":"\#(refresh)"\#(more),"tokenType":"urn"}"#
  }
  static let renewed =
    #"{"accessToken":{"accessKeyId":"ASIAY","secretAccessKey":"s","sessionToken":"t"},"expiresIn":900,"#
    + #""refreshToken":"refresh-2","tokenType":"aws_sigv4"}"#

  static func found(_ id: String, _ left: Int64) -> Found {
    var found = Found(id, "s", "t", until: Timestamp(seconds: now + left), from: .login)
    found.account = "111122223333"
    return found
  }

  init() {
    fake.files["/home/u/.aws/config"] = "[profile p]\nlogin_session = \(Self.session)\nregion = eu-west-1\n"
    fake.answers = [.success((200, Self.renewed))]
  }

  /// What is found where a key that ends in so many seconds is to be replaced.
  func resolve(outlived: Int64? = nil, skew: Duration = .zero) -> Result<Found, CredentialError> {
    do throws(CredentialError) {
      var context = fake.context(profile: "p")
      context.outlived = outlived.map { Timestamp(seconds: Self.now + $0) }
      context.clock = AWSClock(skew: skew)
      try CredentialChain.prepare(&context)
      return .success(Found(try CredentialChain.resolve(context)))
    } catch {
      return .failure(error)
    }
  }

  @Test(
    arguments: [
      // Without a key to replace: five minutes must be left.
      (301, nil, false), (300, nil, true), (-1, nil, true),
      // With one: whatever lives longer than it will do, however short.
      (2, 1, false), (600, 600, true), (600, 599, false), (-1, -5, true), (899, 900, true),
    ] as [(Int64, Int64?, Bool)])
  func itIsRenewedWhenThatIsDue(left: Int64, outlived: Int64?, isRenewed: Bool) {
    fake.files[Self.path] = Self.cache(left)
    #expect(resolve(outlived: outlived).found == (isRenewed ? Self.found("ASIAY", 900) : Self.found("ASIAX", left)))
    #expect(fake.steps == (isRenewed ? ["take", "prepare", "request", "replace", "release"] : []))
    #expect(
      fake.files[Self.path] == (isRenewed ? Self.cache(900, id: "ASIAY", refresh: "refresh-2") : Self.cache(left)))
  }

  @Test func theRequestProvesThatTheKeyIsOurs() throws {
    fake.files[Self.path] = Self.cache(0, more: #","signInRegion":"us-west-2""#)
    _ = resolve()
    let request = try #require(fake.requests.first)
    #expect(request.url == "https://us-west-2.signin.aws.amazon.com/v1/token" && request.method == "POST")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"clientId":"c","grantType":"refresh_token","refreshToken":"refresh-1"}"#)
    #expect(request.headers.map(\.name) == ["Content-Type", "DPoP"])
    let parts = try #require(request.headers.last).value.split(separator: ".").map { String($0) }
    let plain = try parts.prefix(2).map { String(decoding: try #require(Self.decoded($0)), as: UTF8.self) }
    #expect(
      plain == [
        #"{"alg":"ES256","jwk":{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
          + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},"typ":"dpop+jwt"}"#,
        #"{"htm":"POST","htu":"https://us-west-2.signin.aws.amazon.com/v1/token","iat":1790000000,"jti":"id-0"}"#,
      ])
    #expect(parts.count == 3 && Self.decoded(parts[2])?.count == 64)
  }

  static func decoded(_ text: String) -> Data? {
    let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
    return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding)
  }

  @Test func eachAttemptHasItsOwnProof() {
    fake.files[Self.path] = Self.cache(0)
    fake.answers = [.failure(HTTPFailure(.unreachable, words: "reset")), .success((200, Self.renewed))]
    #expect(resolve().found == Self.found("ASIAY", 901) || resolve().found?.accessKeyID == "ASIAY")
    #expect(Set(fake.requests.map { $0.headers.last?.value }).count == 2)
    #expect(fake.requests.map(\.url) == Array(repeating: "https://eu-west-1.signin.aws.amazon.com/v1/token", count: 2))
  }

  /// The refresh token changed whatever else the answer holds: it must not be lost.
  @Test(arguments: [
    renewed.replacing("900", with: "0"), renewed.replacing("900", with: "\(Int64.min)"),
    renewed.replacing("ASIAY", with: ""),
    #"{"refreshToken":"refresh-2"}"#,
  ])
  func theRefreshTokenOfAPoorAnswerIsKept(answer: String) {
    fake.files[Self.path] = Self.cache(-5)
    fake.answers = [.success((200, answer))]
    #expect(resolve().broken != nil)
    #expect(fake.files[Self.path]?.contains("refresh-2") == true && fake.requests.count == 1)
  }

  @Test(arguments: [
    ("TOKEN_EXPIRED", 400, FailureReason.needsLogin, "12 hours"),
    ("TOKEN_EXPIRED", 401, .needsLogin, "aws login --profile p"),
    ("USER_CREDENTIALS_CHANGED", 400, .needsLogin, "aws login --profile p"),
    ("INSUFFICIENT_PERMISSIONS", 400, .denied, "signin:CreateOAuth2Token"),
    ("INVALID_REQUEST", 400, .needsLogin, "another program"), ("rate_exceeded", 429, .throttled, ""),
    ("server_error", 500, .unreachable, ""), ("SERVICE_QUOTA_EXCEEDED", 400, .misconfigured, ""),
  ])
  func refusalsAreToldApart(error: String, status: Int, reason: FailureReason, hint: String) throws {
    fake.files[Self.path] = Self.cache(0)
    fake.answers = [.success((status, #"{"error":"\#(error)","message":"no"}"#))]
    let failure = try #require(resolve().broken)
    #expect(failure.reason == reason && (hint.isEmpty ? failure.hint.isEmpty : failure.hint.contains(hint)))
    #expect(failure.message.hasPrefix("cannot renew the login session \(Self.session) at https://eu-west-1.signin"))
    #expect(fake.files[Self.path] == Self.cache(0))
  }

  @Test(arguments: ["clientId", "refreshToken", "dpopKey", "accessToken"])
  func aCacheThatLacksSomethingNeedsALogin(member: String) {
    fake.files[Self.path] = Self.cache(600).replacing(member, with: "x")
    let failure = resolve().broken
    #expect(failure?.reason == .needsLogin && failure?.message.contains("has no \(member)") == true)
    #expect(failure?.hint == "log in again: aws login --profile p" && fake.requests.isEmpty)
  }

  @Test func aKeyThatIsNoneNeedsALogin() {
    fake.files[Self.path] = Self.cache(0).replacing("MHcC", with: "MHcD")
    #expect(resolve().broken?.message.contains("dpopKey") == true)
    #expect(fake.requests.isEmpty)
  }

  @Test func theFolderMayBeElsewhere() {
    fake.files["/var/x/\(TextDigest.sha256(Self.session)).json"] = Self.cache(600)
    let variables = ["AWS_LOGIN_CACHE_DIRECTORY": "$D/x", "D": "/var"]
    #expect(fake.resolve(variables, profile: "p").found == Self.found("ASIAX", 600))
  }

  /// Our clock is 100 s behind AWS's: what ends in 400 s by ours lives 400 s, and ends 100 s later by AWS's.
  @Test func timesOfTheCacheAreByThisMachinesClock() {
    fake.files[Self.path] = Self.cache(400)
    #expect(resolve(skew: .seconds(100)).found == Self.found("ASIAX", 500))
  }
}
