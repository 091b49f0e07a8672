import AWSClient
import KeyModel
import LinuxHost
import Testing

@testable import AWSCredentials

@Suite struct InstanceMetadataTests {
  let fake = FakeSurroundings()
  static let answer =
    "{\"Code\": \"Success\", \"AccessKeyId\": \"ASIAX\", \"SecretAccessKey\": \"s\", \"Token\": \"t\", "
    + "\"Expiration\": \"2026-09-21T15:13:20Z\"}"

  func answers(_ later: (Int, String)...) {
    fake.answers = [.success((200, "token=="))] + later.map { .success($0) }
  }

  @Test func theThreeRequests() {
    answers((200, "app-role"), (200, Self.answer))
    #expect(
      fake.resolve().found
        == Found("ASIAX", "s", "t", until: Timestamp(seconds: 1_790_003_600), from: .instanceMetadata))
    let folder = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
    #expect(fake.requests.map(\.method) == ["PUT", "GET", "GET"])
    #expect(fake.requests.map(\.url) == ["http://169.254.169.254/latest/api/token", folder, "\(folder)app-role"])
    #expect(fake.requests[0].headers.first?.value == "21600")
    #expect(fake.requests[2].headers.first?.value == "token==")
    #expect(fake.requests.allSatisfy { $0.proxy == nil && $0.timeout == .seconds(1) })
  }

  @Test func theEndpointIsConfigurable() {
    for (variables, start) in [
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9/"], "http://127.0.0.1:9/latest"),
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]/latest"),
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv4"], "http://169.254.169.254/latest"),
      (["AWS_IMDS_USE_IPV6": "true"], "http://[fd00:ec2::254]/latest"),
    ] {
      fake.requests = []
      answers((200, "app-role"), (200, Self.answer))
      #expect(fake.resolve(variables).found != nil)
      #expect(fake.requests.allSatisfy { $0.url.hasPrefix(start) })
    }
    fake.files["/home/u/.aws/config"] = "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:8\n"
    answers((200, "app-role"), (200, Self.answer))
    #expect(fake.resolve().found != nil && fake.requests.last?.url.hasPrefix("http://127.0.0.1:8/") == true)
  }

  @Test(arguments: [
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "127.0.0.1"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"),
    ("AWS_METADATA_SERVICE_TIMEOUT", "0"), ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "many"),
  ])
  func settingsThatCannotBe(variable: String, value: String) {
    let failure = fake.resolve([variable: value]).broken
    #expect(failure?.reason == .misconfigured && failure?.message.contains(variable) == true)
  }

  @Test func timeoutAndAttemptsAreConfigurable() {
    let variables = ["AWS_METADATA_SERVICE_TIMEOUT": "5", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"]
    fake.answers = [
      .failure(HTTPFailure(.unreachable, words: "no")), .success((500, "")), .success((200, "token")),
      .success((500, "")), .success((200, "app-role")), .success((200, Self.answer)),
    ]
    #expect(fake.resolve(variables).found != nil)
    #expect(fake.requests.count == 6 && fake.requests[0].timeout == .seconds(5))
  }

  /// As botocore has it: what is no JSON, and nothing at all.
  @Test func uselessCredentialsAreAskedForAgain() {
    let variables = ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"]
    answers((200, "app-role"), (200, "<html>"), (200, ""), (200, Self.answer))
    #expect(fake.resolve(variables).found != nil && fake.requests.count == 5)
    fake.requests = []
    answers((200, "app-role"), (200, "<html>"))
    #expect(fake.resolve(variables).broken?.message.hasSuffix("it is not JSON") == true && fake.requests.count == 5)
    // A refusal in JSON is an answer.
    fake.requests = []
    answers((200, "app-role"), (200, "{\"Code\": \"Failed\"}"))
    #expect(fake.resolve(variables).broken?.reason == .denied && fake.requests.count == 3)
  }

  @Test func switchedOffItIsNotAsked() throws {
    let failure = try #require(fake.resolve(["AWS_EC2_METADATA_DISABLED": "True"]).nothing)
    #expect(failure.hint.contains("AWS_EC2_METADATA_DISABLED is true") && fake.requests.isEmpty)
  }

  /// What no answer means depends on whether there must be a service.
  @Test func noAnswer() throws {
    let nobody = HTTPFailure(.timeout, words: "connection timed out")
    fake.answers = [.failure(nobody)]
    #expect(fake.resolve().nothing != nil)
    #expect(fake.resolve(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"]).broken?.reason == .timeout)
    fake.files["/sys/class/dmi/id/sys_vendor"] = "Amazon EC2\n"
    let onInstance = try #require(fake.resolve().broken)
    #expect(onInstance.reason == .timeout && onInstance.hint.isEmpty)
  }

  /// A connection without an answer to the PUT is what a hop limit of 1 looks like from a container.
  @Test func theHopLimitIsExplained() throws {
    fake.answers = [.failure(HTTPFailure(.timeout, connected: true, words: "operation timed out"))]
    let failure = try #require(fake.resolve().broken)
    #expect(failure.reason == .timeout && failure.hint.contains("--http-put-response-hop-limit 2"))
  }

  @Test func anotherCloudsServiceIsNotEC2s() throws {
    fake.answers = [.success((404, "not here"))]
    #expect(try #require(fake.resolve().nothing).hint.contains("answered 404: it is not EC2's"))
    fake.files["/sys/class/dmi/id/bios_version"] = "4.11.amazon\n"
    fake.answers = [.success((403, ""))]
    #expect(fake.resolve().broken?.reason == .denied)
  }

  @Test func noRoleIsNotConfigured() throws {
    for role in [(404, ""), (200, "")] {
      answers(role)
      #expect(try #require(fake.resolve().nothing).hint.contains("the instance has no role"))
    }
  }

  @Test func thereIsNoWayBackToVersion1() {
    fake.answers = [.success((405, ""))]
    #expect(fake.resolve(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"]).broken != nil)
    #expect(fake.requests.map(\.method) == ["PUT"])
  }

  @Test func aCodeOtherThanSuccessIsSaid() throws {
    answers((200, "app-role"), (200, "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"EC2 cannot\"}"))
    let failure = try #require(fake.resolve().broken)
    #expect(failure.reason == .denied && failure.message.hasSuffix("AssumeRoleUnauthorizedAccess: EC2 cannot"))
    #expect(failure.hint.contains("trust policy"))
  }

  @Test(arguments: [
    ((403, ""), FailureReason.denied), ((500, ""), .unreachable), ((200, "garbage"), .unreachable),
    ((200, "{}"), .unreachable), ((429, ""), .throttled),
    (
      (
        200,
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"2026-09-21T14:13:20Z\"}"
      ), .unreachable
    ),
  ])
  func brokenAnswers(answer: (Int, String), reason: FailureReason) {
    answers((200, "app-role"), answer)
    #expect(fake.resolve().broken?.reason == reason)
  }

  @Test(arguments: ["a/../b", "<html>", "a b", String(repeating: "a", count: 129)])
  func namesThatAreNoRolesAreRefused(name: String) {
    answers((200, name), (200, Self.answer))
    #expect(fake.resolve().broken != nil)
    #expect(fake.requests.count == 2)
  }
}
