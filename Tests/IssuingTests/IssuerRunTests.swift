import AWSClient
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages
import Testing

@testable import AWSCredentials
@testable import Issuing

@Suite struct IssuerRunTests {
  let wall = Timestamp(seconds: 1_790_000_000)

  func request(
    _ regions: [String?], environment: [String: String] = [:], profile: String? = nil, lifetime: Duration = .seconds(60)
  ) throws -> IssueRequest {
    let variables = environment.map { Variable(name: $0.key, value: $0.value) }
    var keys: [IssueRequest.Key] = []
    for (index, region) in regions.enumerated() {
      keys.append(
        IssueRequest.Key(
          name: try #require(KeyName("key\(index)")), region: try region.map { try #require(Region($0)) },
          lifetime: lifetime, settingsDigest: "digest\(index)"))
    }
    return IssueRequest(
      source: SourceSettings(profile: profile, environment: variables), keys: keys, timeout: .seconds(30),
      clockSkew: .seconds(90), stateFolder: "/var/lib/bedrock-keyd")
  }

  /// No file exists, nothing answers, the time stands still.
  func context(_ request: IssueRequest, _ start: [String: String]) -> CredentialContext {
    var context = issuerContext(request, Environment(start), start: .seconds(100))
    let now = ClockReading(wall: wall, boot: .seconds(100))
    context.now = { now }
    context.readFile = { (_) throws(SystemError) in throw SystemError(code: ENOENT) }
    context.http = { (_) throws(HTTPFailure) in throw HTTPFailure(.unreachable, words: "nobody") }
    context.pause = { _ in }
    return context
  }

  static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"]

  @Test func theSourceGoesOverTheStartEnvironment() throws {
    let context = context(try request([], environment: ["A": "source"]), ["A": "start", "B": "start"])
    #expect(context.environment["A"] == "source" && context.environment["B"] == "start")
    #expect(context.environment["HOME"] == "/var/lib/bedrock-keyd/home")
    #expect(context.homeFolder == "/var/lib/bedrock-keyd/home")
    #expect(context.deadline == .seconds(129))
    #expect(self.context(try request([]), ["HOME": "/home/app"]).homeFolder == "/home/app")
  }

  @Test func whatIsReplacedIsToBeOutlivedAndAFirstKeyLivesAMinute() throws {
    var request = try request([])
    let before = ClockReading.now().wall + request.clockSkew
    let first = try #require(issuerContext(request, Environment(), start: .zero).outlived)
    #expect(first >= before + .seconds(60) && first < before + .seconds(70))
    request.outlived = Timestamp(seconds: 5)
    #expect(issuerContext(request, Environment(), start: .zero).outlived == Timestamp(seconds: 5))
  }

  @Test func keysOfSeveralRegionsComeInOrderAndByTheCorrectedClock() throws {
    let request = try request(["us-east-1", nil, "eu-west-1"])
    var context = context(request, Self.keys.merging(["AWS_REGION": "sa-east-1"]) { $1 })
    let issued = issue(request, &context)
    var lengths = 0
    for (index, outcome) in issued.outcomes.enumerated() {
      guard case .issued(let receipt, let length, nil) = outcome else {
        Issue.record("key \(index) was not issued")
        continue
      }
      lengths += length
      #expect(receipt.region == ["us-east-1", "sa-east-1", "eu-west-1"][index])
      #expect(receipt.settingsDigest == "digest\(index)")
      #expect(receipt.issued == wall + .seconds(90))
    }
    #expect(issued.outcomes.count == 3 && lengths == issued.keys.count)
  }

  @Test func keysAreTriedWhereThatIsWanted() throws {
    var request = try request(["us-east-1", "eu-west-1", "sa-east-1"])
    request.keys[0].verify = .warn
    request.keys[2].verify = .require
    var context = context(request, Self.keys)
    var asked: [HTTPRequest] = []
    context.http = { (request) throws(HTTPFailure) in
      asked.append(request)
      guard request.url.contains("us-east-1") else { throw HTTPFailure(.untrusted, words: "no") }
      return HTTPResponse(status: 200, body: SecretBytes(copying: "{\"modelSummaries\":[]}".utf8))
    }
    let issued = issue(request, &context)
    let verifications = issued.outcomes.map { outcome -> Verification? in
      if case .issued(_, _, let verification) = outcome { verification } else { nil }
    }
    let url = "https://bedrock.sa-east-1.amazonaws.com"
    #expect(verifications[0] == .accepted && verifications[1] == nil)
    #expect(verifications[2]?.doubt?.failure.message == "cannot verify the key at \(url): no")
    #expect(
      asked.map(\.url) == ["https://bedrock.us-east-1.amazonaws.com/foundation-models", "\(url)/foundation-models"])
    // The key that is tried is the one that is handed out.
    let header = asked[0].secretHeader?.withCString { String(cString: $0) }
    let keys = issued.keys.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(keys.hasPrefix(try #require(header?.dropFirst("Authorization: Bearer ".count))))
  }

  @Test func aBedrockThatHangsLeavesEachKeyItsShareOfTheTime() throws {
    var request = try request(Array(repeating: "us-east-1", count: 5))
    for index in request.keys.indices { request.keys[index].verify = .require }
    var context = context(request, Self.keys)
    var boot: Duration = .seconds(100)
    let wall = self.wall
    context.now = { ClockReading(wall: wall, boot: boot) }
    var timeouts: [Duration] = []
    context.http = { (request) throws(HTTPFailure) in
      timeouts.append(request.timeout)
      boot += request.timeout
      throw HTTPFailure(.timeout, words: "timed out")
    }
    let issued = issue(request, &context)
    #expect(timeouts == Array(repeating: .milliseconds(5800), count: 5) && boot == .seconds(129))
    #expect(issued.outcomes.count == 5)
  }

  @Test func aKeyWithoutARegionFailsAlone() throws {
    let request = try request(["us-east-1", nil])
    var context = context(request, Self.keys.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { $1 })
    let issued = issue(request, &context)
    guard case .issued = issued.outcomes[0], case .failed(let failure) = issued.outcomes[1] else {
      Issue.record("expected one key and one failure")
      return
    }
    #expect(failure.message.contains("no region is configured") && failure.reason == .misconfigured)
  }

  @Test func withoutCredentialsAllFailWithTheReason() throws {
    let request = try request(["us-east-1", "eu-west-1"])
    var context = context(request, [:])
    let issued = issue(request, &context)
    #expect(issued.outcomes.count == 2)
    for outcome in issued.outcomes {
      guard case .failed(let failure) = outcome else {
        Issue.record("a key without credentials")
        continue
      }
      #expect(failure.message == "cannot find AWS credentials: nothing is configured")
    }
  }

  @Test func theAnswerIsLengthFieldsAndKeys() throws {
    let request = try request(Array(repeating: "us-east-1", count: 20))
    var context = context(request, Self.keys.merging(["AWS_SESSION_TOKEN": String(repeating: "/", count: 4096)]) { $1 })
    let issued = issue(request, &context)
    // A pipe would be too small to hold it all without a reader.
    let path = "/tmp/bedrock-keyd-answer-\(getpid())"
    defer { unlink(path) }
    try issued.write(
      to: try Descriptor.open(path, O_RDWR | O_CREAT | O_TRUNC, mode: 0o600).release(), clockSkew: .seconds(7))
    let bytes = try readFile(path)
    let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16 | Int(bytes[3]) << 24
    let answer = try IssueAnswer(decoding: Array(bytes[4..<4 + length]))
    #expect(answer.outcomes == issued.outcomes && answer.clockSkew == .seconds(7))
    let keys = bytes.dropFirst(4 + length)
    #expect(keys.elementsEqual(issued.keys.withBytes { Array($0) }))
    #expect(String(decoding: keys, as: UTF8.self).components("bedrock-api-key-") == 20)
  }
}

extension String {
  /// How often a text stands in this one.
  fileprivate func components(_ text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
