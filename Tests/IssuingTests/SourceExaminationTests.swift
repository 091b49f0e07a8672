import AWSClient
import Diagnosis
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages
import Testing

@testable import AWSCredentials
@testable import Issuing

/// Looks at sources whose surroundings are made up; time passes only where something waits.
@Suite struct SourceExaminationTests {
  /// Files, a network and a clock.
  final class World {
    var now = ClockReading(wall: Timestamp(seconds: 1_790_000_000), boot: .seconds(100))
    var files: [String: String] = [:]
    /// What is answered; nil for a network that swallows everything until the time is over.
    var answer: ((HTTPRequest) -> (status: Int, body: String))?
    var asked: [String] = []

    func context(_ examination: SourceExamination, _ environment: [String: String]) -> CredentialContext {
      var context = examination.context(
        Environment(environment.merging(["HOME": "/home/u", "AWS_EC2_METADATA_DISABLED": "true"]) { old, _ in old }),
        stateFolder: "/var/lib/bedrock-keyd")
      context.now = { self.now }
      context.deadline = now.boot + SourceExamination.limit
      context.pause = { self.pass($0) }
      context.readFile = { (path) throws(SystemError) in
        guard let text = self.files[path] else { throw SystemError(code: ENOENT) }
        return Array(text.utf8)
      }
      context.run = { (request) throws(SystemError) in
        self.pass(request.timeout)
        return CommandResult(end: .timeout, output: [])
      }
      context.http = { (request) throws(HTTPFailure) in
        self.asked.append(request.url)
        guard let answer = self.answer?(request) else {
          self.pass(request.timeout)
          throw HTTPFailure(.timeout, words: "nobody answered")
        }
        return HTTPResponse(status: answer.status, body: SecretBytes(copying: answer.body.utf8))
      }
      return context
    }

    private func pass(_ span: Duration) { now = now.later(by: max(.zero, span)) }
  }

  let keys = ["AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "a-secret"]

  func examination(regions: [String?], profile: String? = nil) throws -> SourceExamination {
    var settings: [KeySettings] = []
    for (index, region) in regions.enumerated() {
      settings.append(
        KeySettings(
          name: try #require(KeyName("k\(index)")), source: 0, region: region.flatMap { Region($0) }, outputs: [],
          settingsDigest: ""))
    }
    return SourceExamination(of: SourceSettings(profile: profile), for: settings, attemptTimeout: .seconds(30))
  }

  @Test func aNetworkThatSwallowsEverythingCostsHalfAMinute() throws {
    let world = World()
    let examination = try examination(regions: ["eu-west-1", "us-east-1", "eu-central-1", "ap-south-1"])
    let start = world.now.boot
    var context = world.context(examination, keys)
    let seen = examination.observe(in: &context)
    #expect(world.now.boot - start <= SourceExamination.limit)
    #expect(seen.endpoints.count == 9)
    // Those that were asked waited; for the others no time was left, which is said of them.
    let reasons = seen.endpoints.map { endpoint -> String in
      if case .failure(let failure) = endpoint.answer { failure.message } else { "" }
    }
    #expect(reasons.first == "nobody answered" && reasons.last == "the time for this source was over")
    guard case .failure(let failure)? = seen.identity else {
      Issue.record("nobody can know who it is")
      return
    }
    #expect(failure.reason == .timeout && failure.message.contains("https://sts."))
  }

  @Test func aProgramThatHangsIsNamedAndLeavesTimeForTheRest() throws {
    let world = World()
    world.files["/home/u/.aws/config"] = "[profile p]\ncredential_process = /opt/slow --token a-secret\n"
    world.answer = { _ in (302, "") }
    let examination = try examination(regions: ["eu-west-1"], profile: "p")
    var context = world.context(examination, [:])
    let seen = examination.observe(in: &context)
    #expect(seen.took == SourceExamination.searchLimit)
    let problem = seen.group.findings[0]
    #expect(problem.message.contains("/opt/slow did not end in time") && problem.message.hasSuffix(", after 20 s"))
    #expect(!problem.message.contains("a-secret"))
    #expect(seen.endpoints.count == 3 && seen.identity == nil)
  }

  @Test func regionsAreFoundOnceAndTellTheirOrigin() throws {
    let world = World()
    world.answer = { _ in (403, "") }
    let examination = try examination(regions: [nil, "us-east-1", nil])
    var context = world.context(examination, keys.merging(["AWS_REGION": "eu-north-1"]) { $1 })
    let seen = examination.observe(in: &context)
    let regions = seen.keys.map { key -> String in
      if case .success(let found) = key.region { "\(found.name) by \(found.origin)" } else { "" }
    }
    #expect(regions == ["eu-north-1 by AWS_REGION", "us-east-1 by the configuration", "eu-north-1 by AWS_REGION"])
    // Each endpoint is asked once, whatever number of keys need it; any answer will do.
    #expect(seen.endpoints.map(\.service) == ["sts", "bedrock", "bedrock-runtime", "bedrock", "bedrock-runtime"])
    for endpoint in seen.endpoints {
      if case .failure = endpoint.answer { Issue.record("\(endpoint.url) answered") }
    }
  }

  @Test func theIdentityIsThatOfTheAnswer() throws {
    let world = World()
    let arn = "arn:aws:iam::111122223333:user/u"
    world.answer = { request in
      guard request.method == "POST" else { return (302, "") }
      return (
        200,
        "<R><GetCallerIdentityResult><Arn>\(arn)</Arn><Account>111122223333</Account></GetCallerIdentityResult></R>"
      )
    }
    let examination = try examination(regions: ["eu-west-1"])
    var context = world.context(examination, keys)
    let seen = examination.observe(in: &context)
    guard case .success(let identity)? = seen.identity else {
      Issue.record("it was told")
      return
    }
    #expect(identity.arn == arn && identity.account == "111122223333")
  }
}
