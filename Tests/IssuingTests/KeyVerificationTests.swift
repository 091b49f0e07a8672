import AWSClient
import Glibc
import KeyModel
import LinuxHost
import Testing

@testable import AWSCredentials
@testable import Issuing

/// The trial of a key, with answers of our own.
@Suite struct KeyVerificationTests {
  final class Bedrock {
    var answers: [(status: Int, headers: [String: String], body: String)] = []
    var requests: [HTTPRequest] = []
    var boot: Duration = .seconds(100)
    /// What an exchange takes.
    var delay: Duration = .zero
  }

  let bedrock = Bedrock()
  let listed = (status: 200, headers: [String: String](), body: "{\"modelSummaries\":[{\"modelId\":\"a.b-v1:0\"}]}")

  func refusal(_ message: String) -> (status: Int, headers: [String: String], body: String) {
    (403, ["x-amzn-errortype": "AccessDeniedException:http://x/"], "{\"Message\":\"\(message)\"}")
  }

  func verify(_ key: String = "bedrock-api-key-abc=", _ environment: [String: String] = [:]) throws -> Verification {
    var context = CredentialContext(environment: Environment(environment), deadline: .seconds(130))
    let bedrock = bedrock
    context.now = { ClockReading(wall: Timestamp(seconds: 1_790_000_000), boot: bedrock.boot) }
    context.readFile = { (_) throws(SystemError) in throw SystemError(code: ENOENT) }
    context.pause = { bedrock.boot += $0 }
    context.http = { (request) throws(HTTPFailure) in
      bedrock.requests.append(request)
      bedrock.boot += bedrock.delay
      guard !bedrock.answers.isEmpty else { throw HTTPFailure(.timeout, words: "operation timed out") }
      let answer = bedrock.answers.removeFirst()
      return HTTPResponse(status: answer.status, headers: answer.headers, body: SecretBytes(copying: answer.body.utf8))
    }
    return Issuing.verify(SecretBytes(copying: key.utf8), region: try #require(Region("eu-west-1")), in: context)
  }

  @Test func theKeyIsSentInItsHeaderAlone() throws {
    bedrock.answers = [listed]
    #expect(try verify() == .accepted)
    let request = try #require(bedrock.requests.first)
    #expect(request.method == "GET" && request.url == "https://bedrock.eu-west-1.amazonaws.com/foundation-models")
    #expect(request.headers.map(\.name) == ["Accept"] && request.body.isEmpty)
    let line = request.secretHeader?.withCString { String(cString: $0) }
    #expect(line == "Authorization: Bearer bedrock-api-key-abc=")
    #expect(request.timeout == .seconds(10))
  }

  @Test func theConfiguredEndpointIsAskedIfItIsHTTPS() throws {
    bedrock.answers = [listed]
    #expect(try verify("key", ["AWS_ENDPOINT_URL_BEDROCK": "https://localhost:8443/"]) == .accepted)
    #expect(bedrock.requests.first?.url == "https://localhost:8443/foundation-models")
    guard case .inconclusive(let failure) = try verify("key", ["AWS_ENDPOINT_URL": "http://localhost:8443"]) else {
      Issue.record("a key was sent in the clear")
      return
    }
    #expect(failure.reason == .misconfigured && failure.message.hasSuffix("a key is sent over https alone"))
    #expect(bedrock.requests.count == 1)
  }

  @Test func aRefusalIsToldInTheServicesWordsWithoutWhatCouldBeSecret() throws {
    bedrock.answers = [refusal("Authentication failed: Please make sure your API Key is valid. wJalrXUtnFEMI/K7MDENG")]
    guard case .refused(let failure) = try verify() else {
      Issue.record("it is no refusal")
      return
    }
    #expect(failure.reason == .denied && failure.message.contains("403: AccessDeniedException: Authentication failed"))
    #expect(failure.message.contains("eu-west-1") && failure.message.hasSuffix("[redacted]"))
    #expect(!failure.hint.isEmpty)
  }

  @Test func anotherActionThatIsDeniedShowsThatTheKeyIsKnown() throws {
    bedrock.answers = [refusal("User: a is not authorized to perform: bedrock:ListFoundationModels on resource: *")]
    #expect(try verify() == .accepted)
  }

  @Test(arguments: [
    ("{}", "it answered what is no list of models"), ("<html>", "it answered what is no list of models"),
    ("{\"modelSummaries\":1}", "it answered what is no list of models"),
  ])
  func anotherSuccessIsInconclusive(body: String, words: String) throws {
    bedrock.answers = Array(repeating: (status: 200, headers: [:], body: body), count: 3)
    guard case .inconclusive(let failure) = try verify() else {
      Issue.record("\(body) was taken for an answer")
      return
    }
    #expect(failure.message == "cannot verify the key at https://bedrock.eu-west-1.amazonaws.com: \(words)")
  }

  @Test func passingTroubleIsTriedAgainWithinTheLimit() throws {
    bedrock.answers = [(503, [:], ""), (429, [:], ""), listed]
    #expect(try verify() == .accepted)
    bedrock.answers = []
    bedrock.delay = .seconds(10)
    let start = bedrock.boot
    guard case .inconclusive(let failure) = try verify() else {
      Issue.record("silence was taken for an answer")
      return
    }
    #expect(failure.reason == .timeout && bedrock.boot - start == .seconds(10))
  }

  @Test func withoutTimeNothingIsSent() throws {
    bedrock.boot = .seconds(130)
    guard case .inconclusive(let failure) = try verify() else {
      Issue.record("there was no time")
      return
    }
    #expect(failure.reason == .timeout && bedrock.requests.isEmpty)
  }

  @Test(arguments: ["", "a b", "a\r\nX-Other: 1", "schlüssel"])
  func whatCannotBeAHeaderIsNotSent(key: String) throws {
    guard case .refused = try verify(key) else {
      Issue.record("\(key) was sent")
      return
    }
    #expect(bedrock.requests.isEmpty)
  }
}
