import AWSClient
import KeyModel
import LinuxHost
import Testing

@testable import AWSCredentials

@Suite struct ContainerProviderTests {
  let fake = FakeSurroundings()
  static let relative = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/id?x=1"]
  static let answer =
    "{\"AccessKeyId\": \"ASIAX\", \"SecretAccessKey\": \"s\", \"Token\": \"t\", \"Expiration\": \"2026-09-21T15:13:20Z\"}"
  static let found = Found("ASIAX", "s", "t", until: Timestamp(seconds: 1_790_003_600), from: .container)

  @Test func theRelativeAddressGoesToTheAgentOfECS() {
    fake.answers = [.success((200, Self.answer))]
    let both = Self.relative.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/"]) { $1 }
    #expect(fake.resolve(both).found == Self.found)
    #expect(fake.requests.map(\.url) == ["http://169.254.170.2/v2/id?x=1"])
    #expect(fake.requests[0].proxy == nil && fake.requests[0].timeout == .seconds(2))
  }

  @Test(arguments: [
    "https://example.com/x", "http://127.0.0.1:8080/x", "http://127.8.9.10/x", "http://localhost/x", "http://LOCALHOST",
    "http://[::1]:80/x", "http://[0:0:0:0:0:0:0:1]/x", "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
    "http://[fd00:ec2::23]/v1/credentials", "HTTPS://example.com",
  ])
  func addressesThatAreAllowed(address: String) {
    fake.answers = [.success((200, Self.answer))]
    #expect(fake.resolve(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address]).found == Self.found)
  }

  @Test(arguments: [
    "http://example.com/x", "http://169.254.169.254/x", "http://10.0.0.1/", "http://127.0.0.1@example.com/",
    "http://127.0.0.1.example.com/", "http://localhost.example.com", "ftp://127.0.0.1/", "/x", "http://", "http://[::1",
    "http://127.0.0.1\\@example.com/", "http://127.0.0.1/ x", "http://[::2]/", "http://127.1/", "https://",
  ])
  func addressesThatAreNot(address: String) {
    fake.answers = [.success((200, Self.answer))]
    #expect(fake.resolve(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address]).broken?.reason == .misconfigured)
    #expect(fake.requests.isEmpty)
  }

  func authorization(_ variables: [String: String]) -> String? {
    fake.answers = [.success((200, Self.answer))]
    guard fake.resolve(Self.relative.merging(variables) { $1 }).found != nil else { return nil }
    return fake.requests.last?.headers.first { $0.name == "Authorization" }?.value
  }

  @Test func theAuthorizationFileGoesBeforeTheVariableAndIsReadEachTime() {
    #expect(authorization(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "v"]) == "v")
    let both = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "v", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t"]
    fake.files["/t"] = "one\n"
    #expect(authorization(both) == "one")
    fake.files["/t"] = "two"
    #expect(authorization(both) == "two")
    #expect(authorization([:]) == nil)
  }

  @Test(arguments: ["a\nb", "a\r\n", "a\n\n", "\n", "", "a\rb", "a\u{0}b"])
  func authorizationsThatCannotBeAHeaderAreRefused(content: String) throws {
    fake.files["/t"] = content
    fake.answers = [.success((200, Self.answer))]
    let variables = Self.relative.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t"]) { $1 }
    let failure = try #require(fake.resolve(variables).broken)
    #expect(failure.message.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE /t"))
    #expect(fake.requests.isEmpty)
  }

  @Test func aMissingAuthorizationFileIsBroken() {
    let variables = Self.relative.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t"]) { $1 }
    #expect(fake.resolve(variables).broken?.message.hasSuffix("/t: no such file or directory") == true)
  }

  @Test func passingTroubleIsAskedAgainThreeTimesInAll() throws {
    fake.answers = [
      .success((500, "")), .failure(HTTPFailure(.timeout, words: "late")), .success((200, Self.answer)),
    ]
    #expect(fake.resolve(Self.relative).found == Self.found)
    #expect(fake.pauses == [.seconds(1), .seconds(1)])
    fake.answers = [.success((503, ""))]
    fake.requests = []
    #expect(fake.resolve(Self.relative).broken?.reason == .unreachable)
    #expect(fake.requests.count == 3)
  }

  @Test(arguments: [
    (403, FailureReason.denied, 1), (404, .misconfigured, 1), (429, .throttled, 3), (500, .unreachable, 3),
  ])
  func refusals(status: Int, reason: FailureReason, requests: Int) throws {
    fake.answers = [.success((status, "{\"Code\": \"Nope\", \"Message\": \"key wJalrXUtnFEMI7K7MDENG is bad\"}"))]
    let failure = try #require(fake.resolve(Self.relative).broken)
    #expect(failure.reason == reason && fake.requests.count == requests)
    #expect(failure.message.hasSuffix("it answered \(status): Nope: key [redacted] is bad"))
    #expect(failure.message.contains("http://169.254.170.2/v2/id:") && !failure.message.contains("x=1"))
  }

  @Test(arguments: [
    "", "garbage", "{}", "[1]", "{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Token\": \"t\"}",
  ])
  func uselessAnswers(body: String) {
    fake.answers = [.success((200, body))]
    #expect(fake.resolve(Self.relative).broken?.reason == .unreachable)
  }

  @Test func expiredCredentialsAreAFailedAttempt() {
    let old = Self.answer.replacing("15:13:20Z", with: "14:13:20Z")
    fake.answers = [.success((200, old))]
    #expect(fake.resolve(Self.relative).broken?.message.contains("expired at 2026-09-21T14:13:20Z") == true)
    #expect(fake.requests.count == 3)
  }

  @Test func theDeadlineEndsTheAttempts() {
    fake.answers = [.success((500, ""))]
    var context = fake.context(Self.relative)
    context.deadline = fake.now.boot + .milliseconds(1500)
    #expect(throws: Failure.self) { _ = try ContainerProvider().load(context) }
    #expect(fake.requests.count == 2)
    #expect(fake.requests.map(\.timeout) == [.milliseconds(1500), .milliseconds(500)])
  }
}
