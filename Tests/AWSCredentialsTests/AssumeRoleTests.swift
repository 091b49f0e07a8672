import AWSClient
import KeyModel
import Testing

@testable import AWSCredentials

@Suite struct AssumeRoleTests {
  let fake = FakeSurroundings()
  static let arn = "arn:aws:iam::111122223333:role/app"
  static let base =
    "[default]\nrole_arn = \(arn)\nsource_profile = base\nregion = eu-west-1\n"
    + "[profile base]\naws_access_key_id = AKIAX\naws_secret_access_key = s\n"

  static func answer(_ action: String = "AssumeRole", id: String = "ASIAY", end: String = "2026-09-21T15:13:20Z")
    -> String
  {
    "<\(action)Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><\(action)Result><Credentials>"
      + "<AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey><SessionToken>t</SessionToken>"
      + "<Expiration>\(end)</Expiration></Credentials></\(action)Result></\(action)Response>"
  }

  static func refusal(_ code: String) -> String {
    "<ErrorResponse><Error><Code>\(code)</Code><Message>no</Message></Error><RequestId>ab-12</RequestId></ErrorResponse>"
  }

  var form: [String] { fake.requests.map { String(decoding: $0.body, as: UTF8.self) } }

  @Test func aRoleIsAssumedWithTheKeysOfItsSource() throws {
    fake.files["/home/u/.aws/config"] =
      Self.base + "[profile chain]\nrole_arn = \(Self.arn)2\nsource_profile = default\n"
    fake.answers = [.success((200, Self.answer()))]
    var expected = Found("ASIAY", "a&b", "t", until: Timestamp(seconds: 1_790_003_600), from: .assumeRole)
    expected.account = "111122223333"
    #expect(fake.resolve().found == expected)
    #expect(fake.requests.map(\.url) == ["https://sts.eu-west-1.amazonaws.com/"])
    #expect(fake.requests[0].connectTimeout == .seconds(10) && fake.requests[0].timeout > .seconds(10))
    #expect(
      form[0].hasPrefix("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fapp&"))
    #expect(form[0].hasSuffix("RoleSessionName=bedrock-keyd-1790000000"))
    let authorization = try #require(fake.requests[0].headers.last { $0.name == "Authorization" })
    #expect(authorization.value.contains("Credential=AKIAX/20260921/eu-west-1/sts/aws4_request"))
    #expect(fake.resolve(profile: "chain").found == expected)
    #expect(fake.requests.count == 3)
  }

  @Test func settingsOfTheRoleAreSent() {
    fake.files["/home/u/.aws/config"] = Self.base.replacing(
      "region", with: "external_id = x/1\nrole_session_name = me\nduration_seconds = 900\nregion")
    fake.answers = [.success((200, Self.answer()))]
    #expect(fake.resolve().found != nil)
    #expect(form[0].hasSuffix("&RoleSessionName=me&ExternalId=x%2F1&DurationSeconds=900"))
  }

  /// It is well formed, so asking again would not help; botocore does not either.
  @Test(arguments: ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"])
  func anAnswerWithoutAPartOfTheCredentialsIsAFailure(missing: String) {
    fake.files["/home/u/.aws/config"] = Self.base
    for answer in [Self.answer().replacing(missing, with: "Other"), Self.answer(id: "", end: "")] {
      fake.requests = []
      fake.answers = [.success((200, answer))]
      let failure = fake.resolve().broken
      #expect(failure?.reason == .unreachable && failure?.message.hasSuffix("holds no credentials") == true)
      #expect(fake.requests.count == 1)
    }
  }

  @Test(arguments: [
    ("mfa_serial = x\nrole_arn", "mfa_serial"), ("credential_source = Environment\nrole_arn", "both"),
    ("duration_seconds = 60\nrole_arn", "below 900"),
  ])
  func whatCannotWorkIsRefusedWithoutACall(settings: String, word: String) {
    fake.files["/home/u/.aws/config"] = Self.base.replacing("role_arn", with: settings)
    #expect(fake.resolve().broken?.message.contains(word) == true)
    #expect(fake.requests.isEmpty)
  }

  @Test func circlesAreRefusedAndAProfileWithKeysMayNameItself() {
    fake.files["/home/u/.aws/config"] =
      "[default]\nrole_arn = \(Self.arn)\nsource_profile = b\n[profile b]\nrole_arn = \(Self.arn)\nsource_profile = default\n"
    #expect(fake.resolve().broken?.message.contains("default → b → default") == true)
    fake.files["/home/u/.aws/config"] =
      "[default]\nrole_arn = \(Self.arn)\nsource_profile = default\naws_access_key_id = A\naws_secret_access_key = s\n"
    fake.answers = [.success((200, Self.answer()))]
    #expect(fake.resolve().found?.accessKeyID == "ASIAY")
  }

  @Test func aSourceOfTheEnvironmentNeedsIt() {
    fake.files["/home/u/.aws/config"] = "[profile p]\nrole_arn = \(Self.arn)\ncredential_source = Environment\n"
    #expect(fake.resolve(profile: "p").broken?.message.contains("has no credentials") == true)
    fake.answers = [.success((200, Self.answer()))]
    #expect(fake.resolve(ChainTests.keys, profile: "p").found?.accessKeyID == "ASIAY")
    #expect(fake.requests.map(\.url) == ["https://sts.amazonaws.com/"])
  }

  @Test func aWebIdentityIsNotSigned() {
    let variables = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": Self.arn, "AWS_REGION": "cn-north-1"]
    #expect(fake.resolve(variables).broken?.message.contains("/token") == true)
    fake.files["/token"] = "abc.def"
    fake.answers = [.success((200, Self.answer("AssumeRoleWithWebIdentity")))]
    #expect(fake.resolve(variables).found?.source == .webIdentity)
    #expect(form[0].hasSuffix("&WebIdentityToken=abc.def"))
    #expect(fake.requests[0].url == "https://sts.cn-north-1.amazonaws.com.cn/")
    #expect(!fake.requests[0].headers.contains { $0.name == "Authorization" })
  }

  @Test(arguments: [
    (403, "AccessDenied", FailureReason.denied, 1), (400, "Throttling", .throttled, 3), (503, "", .unreachable, 3),
    (400, "ValidationError", .misconfigured, 1), (400, "ExpiredTokenException", .denied, 1),
    (400, "IDPCommunicationError", .unreachable, 3), (429, "x", .throttled, 3),
  ])
  func refusalsAreToldApart(status: Int, code: String, reason: FailureReason, requests: Int) throws {
    fake.files["/home/u/.aws/config"] = Self.base
    fake.answers = [.success((status, Self.refusal(code)))]
    let failure = try #require(fake.resolve().broken)
    #expect(failure.reason == reason && fake.requests.count == requests)
    #expect(failure.message.contains("\(status)") && failure.message.contains("(request id ab-12)"))
    #expect(fake.pauses.count == requests - 1 && fake.pauses.allSatisfy { $0 < .seconds(2) })
  }

  @Test func troublePasses() {
    fake.files["/home/u/.aws/config"] = Self.base
    fake.answers = [
      .failure(HTTPFailure(.unreachable, words: "refused")), .success((200, "<html>")), .success((200, Self.answer())),
    ]
    #expect(fake.resolve().found?.accessKeyID == "ASIAY")
    fake.answers = [.success((200, Self.answer(end: "2026-09-21T14:13:20Z")))]
    #expect(fake.resolve().broken?.message.contains("expired at") == true)
    fake.answers = [.success((500, ""))]
    let before = fake.requests.count
    #expect(fake.resolve(["AWS_MAX_ATTEMPTS": "1"]).broken?.reason == .unreachable)
    #expect(fake.requests.count == before + 1)
  }

  @Test func configuredEndpointsCountInTheirOrder() {
    fake.files["/home/u/.aws/config"] =
      Self.base.replacing("region", with: "services = s\nendpoint_url = http://d\nregion")
      + "[services s]\nsts =\n  endpoint_url = http://c\n"
    fake.answers = [.success((200, Self.answer()))]
    let all = ["AWS_ENDPOINT_URL": "http://b/", "AWS_ENDPOINT_URL_STS": "http://a"]
    for variables in [all, ["AWS_ENDPOINT_URL": "http://b/"], [:], ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]] {
      #expect(fake.resolve(variables).found != nil)
    }
    #expect(
      fake.requests.map(\.url) == ["http://a/", "http://b/", "http://c/", "https://sts.eu-west-1.amazonaws.com/"])
  }
}
