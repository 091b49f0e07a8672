import AWSClient
import Glibc
import KeyModel
import SigV4
import Testing

@testable import AWSCredentials

@Suite struct SSOTests {
  let fake = FakeSurroundings()
  static let config = """
    [profile p]
    sso_session = corp
    sso_account_id = 111122223333
    sso_role_name = Read Only
    region = eu-west-1
    [sso-session corp]
    sso_start_url = https://corp.awsapps.com/start
    sso_region = eu-central-1

    """
  static let path = "/home/u/.aws/sso/cache/\(TextDigest.sha1("corp")).json"
  static let now: Int64 = 1_790_000_000

  /// A token that ends in so many seconds.
  static func token(_ left: Int64, _ more: String = refreshable) -> String {
    #"{"accessToken":"access-1","expiresAt":"\#(Timestamp(seconds: now + left).rfc3339)","other":[1.5,null]\#(more)}"#
  }
  static let refreshable =
    #","refreshToken":"refresh-1","clientId":"c","clientSecret":"s","registrationExpiresAt":"2026-12-01T00:00:00Z""#

  static func answer(_ end: Int64 = now + 3600) -> String {
    #"{"roleCredentials":{"accessKeyId":"ASIAX","secretAccessKey":"s","sessionToken":"t","expiration":\#(end)000}}"#
  }
  static let renewed = #"{"accessToken":"access-2","expiresIn":3600,"refreshToken":"refresh-2","tokenType":"Bearer"}"#
  static var found: Found {
    var found = Found("ASIAX", "s", "t", until: Timestamp(seconds: now + 3600), from: .sso)
    found.account = "111122223333"
    return found
  }

  init() {
    fake.files["/home/u/.aws/config"] = Self.config
    fake.files[Self.path] = Self.token(3600)
    fake.answers = [.success((200, Self.answer()))]
  }

  func resolve() -> Result<Found, CredentialError> { fake.resolve(profile: "p") }

  @Test func aTokenThatLivesIsUsedAsItIs() throws {
    fake.files[Self.path] = Self.token(11)
    #expect(resolve().found == Self.found)
    let request = try #require(fake.requests.first)
    #expect(
      request.url == "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials"
        + "?role_name=Read%20Only&account_id=111122223333")
    #expect(request.method == "GET" && request.headers.map(\.name) == ["x-amz-sso_bearer_token"])
    #expect(request.headers.first?.value == "access-1")
    #expect(fake.steps == ["request"])
  }

  @Test func aTokenThatEndedIsRenewedInOrderAndKeepsWhatIsNotOurs() throws {
    fake.files[Self.path] = Self.token(10)
    fake.answers = [.success((200, Self.renewed)), .success((200, Self.answer()))]
    #expect(resolve().found == Self.found)
    #expect(fake.steps == ["take", "prepare", "request", "replace", "release", "request"])
    #expect(fake.requests[0].url == "https://oidc.eu-central-1.amazonaws.com/token")
    #expect(
      String(decoding: fake.requests[0].body, as: UTF8.self)
        == #"{"clientId":"c","clientSecret":"s","grantType":"refresh_token","refreshToken":"refresh-1"}"#)
    #expect(fake.requests[1].headers.first?.value == "access-2")
    #expect(
      fake.files[Self.path]
        == #"{"accessToken":"access-2","clientId":"c","clientSecret":"s","expiresAt":"2026-09-21T15:13:20Z","#
        + #""other":[1.5,null],"refreshToken":"refresh-2","region":"eu-central-1","#
        + #""registrationExpiresAt":"2026-12-01T00:00:00Z","startUrl":"https://corp.awsapps.com/start"}"#)
  }

  @Test func theOlderFormHasNoSessionAndIsNotRenewed() {
    fake.files["/home/u/.aws/config"] = Self.config.replacing("sso_session = corp\n", with: "").replacing(
      "[sso-session corp]\n", with: "")
    fake.files["/home/u/.aws/sso/cache/\(TextDigest.sha1("https://corp.awsapps.com/start")).json"] = Self.token(60)
    #expect(resolve().found == Self.found)
    fake.now.wall = fake.now.wall + .seconds(60)
    let failure = resolve().broken
    #expect(failure?.reason == .needsLogin && failure?.hint == "log in again: aws sso login --profile p")
    #expect(fake.requests.count == 1)
  }

  @Test(arguments: [
    ("", "and cannot be renewed"), (refreshable.replacing("2026-12", with: "2026-01"), "what may renew it"),
    (refreshable.replacing("refresh-1", with: ""), "cannot be renewed"),
  ])
  func whatCannotBeRenewedNeedsALogin(more: String, words: String) {
    fake.files[Self.path] = Self.token(-1, more)
    let failure = resolve().broken
    #expect(failure?.reason == .needsLogin && failure?.message.contains(words) == true)
    #expect(failure?.message.contains("the SSO session corp: its token expired at 2026-09-21T14:13:19Z") == true)
    #expect(fake.requests.isEmpty && fake.steps.isEmpty)
  }

  @Test(arguments: [nil, "{}", "{\"accessToken\":", #"{"accessToken":"a\nb","expiresAt":"2030-01-01T00:00:00Z"}"#])
  func aCacheWithoutATokenNeedsALogin(cache: String?) {
    fake.files[Self.path] = cache
    #expect(resolve().broken?.reason == .needsLogin)
    #expect(fake.requests.isEmpty)
  }

  @Test(arguments: [
    (401, "UnauthorizedException", FailureReason.needsLogin, 1), (403, "ForbiddenException", .denied, 1),
    (404, "ResourceNotFoundException", .misconfigured, 1), (429, "TooManyRequestsException", .throttled, 3),
    (503, "", .unreachable, 3),
  ])
  func refusalsOfThePortalAreToldApart(status: Int, code: String, reason: FailureReason, requests: Int) throws {
    fake.answers = [.success((status, #"{"message":"no","__type":"x#\#(code)"}"#))]
    let failure = try #require(resolve().broken)
    #expect(failure.reason == reason && fake.requests.count == requests)
    #expect(failure.message.contains("role Read Only in account 111122223333 at https://portal.sso"))
    #expect((failure.hint == "log in again: aws sso login --profile p") == (status == 401))
  }

  @Test(arguments: [
    (400, "invalid_grant", FailureReason.needsLogin, 1), (401, "invalid_client", .needsLogin, 1),
    (400, "slow_down", .throttled, 1), (400, "expired_token", .needsLogin, 1), (500, "server_error", .unreachable, 3),
    (429, "", .throttled, 3), (403, "", .denied, 1), (404, "", .misconfigured, 1),
  ])
  func refusalsOfTheRenewalAreToldApart(status: Int, error: String, reason: FailureReason, requests: Int) throws {
    fake.files[Self.path] = Self.token(-1)
    fake.answers = [.success((status, #"{"error":"\#(error)","error_description":"no"}"#))]
    let failure = try #require(resolve().broken)
    #expect(failure.reason == reason && fake.requests.count == requests)
    #expect(failure.message.hasPrefix("cannot renew the SSO session corp at https://oidc."))
    #expect(fake.files[Self.path] == Self.token(-1))
  }

  @Test(arguments: [Int64.min, -1, 0, .max]) func endsOfAnyKindAreNoTrap(end: Int64) {
    fake.answers = [.success((200, Self.answer().replacing("\(Self.now + 3600)000", with: "\(end)")))]
    #expect((resolve().found != nil) == (end == .max))
    fake.files[Self.path] = Self.token(-1)
    fake.answers = [
      .success((200, Self.renewed.replacing("3600", with: "\(end)"))), .success((200, Self.answer())),
    ]
    #expect(resolve().found == Self.found)
  }

  @Test(arguments: ["<html>", "{}", #"{"roleCredentials":{"accessKeyId":"A"}}"#, SSOTests.answer(now)])
  func whatIsNoAnswerIsUnreachable(answer: String) {
    fake.answers = [.success((200, answer))]
    #expect(resolve().broken?.reason == .unreachable)
  }

  @Test(arguments: [
    ("sso_session = corp", "sso_session = cop", "no section [sso-session cop]"),
    ("sso_region = eu-central-1", "", "it needs sso_region, too"),
    ("sso_role_name = Read Only\n", "", "it needs sso_role_name, too"),
    ("region = eu-west-1", "sso_region = us-east-1", "its sso_region is not that of [sso-session corp]"),
    ("eu-central-1", "-", "its sso_region cannot be a region"),
  ])
  func settingsThatCannotWorkAreNamed(old: String, new: String, words: String) {
    fake.files["/home/u/.aws/config"] = Self.config.replacing(old, with: new)
    #expect(resolve().broken?.message.contains(words) == true)
    #expect(fake.requests.isEmpty)
  }

  @Test func aSessionAloneAsksForNoRole() {
    fake.files["/home/u/.aws/config"] = "[profile p]\nsso_session = corp\n"
    fake.answers = []
    #expect(resolve().nothing != nil)
  }

  @Test func aRoleMayComeFromIt() {
    fake.files["/home/u/.aws/config"]? += "[profile r]\nrole_arn = \(AssumeRoleTests.arn)\nsource_profile = p\n"
    fake.answers += [.success((200, AssumeRoleTests.answer()))]
    #expect(fake.resolve(profile: "r").found?.source == .assumeRole)
    #expect(fake.requests.count == 2)
  }
}
