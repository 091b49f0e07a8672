import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages
import Testing

@testable import AWSCredentials
@testable import Issuing

/// One call for a long-term key: what is kept before the answer, and what becomes of what cannot be kept.
@Suite struct LongTermRunTests {
  private static let secret = "ABSKexample"
  private static let create = IAMClientTests.answer(
    "CreateServiceSpecificCredential",
    "<ServiceSpecificCredential>\(IAMClientTests.described)<Status>Active</Status>"
      + "<ServiceCredentialSecret>\(secret)</ServiceCredentialSecret></ServiceSpecificCredential>")
  private static let deleted = IAMClientTests.answer("DeleteServiceSpecificCredential", "")

  private let stateFolder: String
  private let id: CredentialID

  init() throws {
    var template = Array("/tmp/bedrock-keyd-tests-XXXXXX".utf8CString)
    stateFolder = String(cString: try #require(mkdtemp(&template)))
    id = try #require(CredentialID(IAMClientTests.id))
  }

  private func run(
    _ call: LongTermCall, _ answers: [(Int, String)], environment: [String: String] = ["AWS_REGION": "eu-west-1"]
  ) throws -> (outcome: LongTermOutcome, actions: [String]) {
    let exchange = IAMClientTests.Exchange(answers)
    var context = IAMClientTests.context(exchange, environment)
    let request = LongTermRequest(
      key: try #require(KeyName("batch")), user: "app", region: nil, call: call, settingsDigest: "digest")
    let outcome = LongTermRun.carryOut(request, stateFolder: stateFolder, in: &context).outcome
    let actions = exchange.bodies.map { body in
      body.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst(7)) } ?? ""
    }
    return (outcome, actions)
  }

  private var files: RotationFiles {
    get throws { RotationFiles(stateFolder: stateFolder, key: try #require(KeyName("batch"))) }
  }

  @Test func aNewKeyIsOnDiskBeforeTheAnswer() throws {
    defer { removeFolder() }
    let made = ServiceCredential(id: id, created: Timestamp(seconds: 1_795_600_800), expires: nil)
    #expect(try run(.create(ageDays: nil), [Self.create]).outcome == .created(made))
    let record = try files.record(of: id).read()
    let isKept = record.key.equals(SecretBytes(copying: Self.secret.utf8))
    #expect(isKept)
    #expect(record.receipt.type == .longTerm && record.receipt.region == "eu-west-1")
    #expect(record.receipt.settingsDigest == "digest" && record.receipt.fingerprint.count == 16)
    #expect(try files.credentials() == [made])
  }

  @Test func aKeyThatCannotBeKeptIsDeletedAtOnce() throws {
    defer { removeFolder() }
    // A file where the key's folder should be.
    #expect(close(open("\(stateFolder)/batch", O_CREAT | O_WRONLY, 0o600)) == 0)
    let (outcome, actions) = try run(.create(ageDays: 90), [Self.create, Self.deleted])
    #expect(actions == ["CreateServiceSpecificCredential", "DeleteServiceSpecificCredential"])
    guard case .failed(let failure, isCertain: true) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(failure.message.contains("cannot write \(stateFolder)/batch/key-"))
  }

  @Test func oneThatCannotBeDeletedEitherIsInDoubt() throws {
    defer { removeFolder() }
    #expect(close(open("\(stateFolder)/batch", O_CREAT | O_WRONLY, 0o600)) == 0)
    let (outcome, _) = try run(.create(ageDays: 90), [Self.create, IAMClientTests.refusal(403, "AccessDenied")])
    guard case .failed(_, isCertain: false) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func withoutARegionNothingIsMade() throws {
    defer { removeFolder() }
    let (outcome, actions) = try run(
      .create(ageDays: 90), [Self.create], environment: ["AWS_EC2_METADATA_DISABLED": "true"])
    #expect(!actions.contains("CreateServiceSpecificCredential"))
    guard case .failed(_, isCertain: true) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test(arguments: [(0, "", false), (403, "AccessDenied", true), (409, "LimitExceeded", true)])
  func onlyWhatAWSRefusedIsCertainlyNotMade(status: Int, code: String, isCertain: Bool) throws {
    defer { removeFolder() }
    let (outcome, actions) = try run(.create(ageDays: 90), [IAMClientTests.refusal(status, code)])
    #expect(actions == ["CreateServiceSpecificCredential"])
    guard case .failed(_, isCertain) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func whatIsGoneNeedsNoMore() throws {
    defer { removeFolder() }
    let gone = IAMClientTests.refusal(404, "NoSuchEntity")
    #expect(try run(.delete(id), [gone]).outcome == .done)
    #expect(try run(.deactivate(id), [gone]).outcome == .done)
  }

  private func removeFolder() {
    for name in (try? fileNames(in: "\(stateFolder)/batch")) ?? [] { unlink("\(stateFolder)/batch/\(name)") }
    unlink("\(stateFolder)/batch")
    rmdir("\(stateFolder)/batch")
    rmdir(stateFolder)
  }
}
