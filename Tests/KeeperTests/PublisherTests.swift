import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages
import Testing

@testable import Keeper

/// The publisher on real files, with a clock of the test.
@Suite final class PublisherTests {
  private let folder: String
  private let watch: FolderWatch
  private let publisher: Publisher
  private var boot: Duration = .seconds(100)

  init() throws {
    var template = Array("/tmp/bedrock-keyd-test-XXXXXX".utf8CString)
    #expect(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.folder = folder
    watch = try FolderWatch()
    let outputs = ["env", "token"].map { name in
      OutputSettings(
        path: "\(folder)/k/\(name)", format: name == "token" ? .token : .env(variables: ["KEY"], constants: []))
    }
    let missing = OutputSettings(path: "\(folder)-none/token", format: .token)
    publisher = Publisher(
      [
        KeySettings(name: try #require(KeyName("k")), source: 0, outputs: outputs, settingsDigest: "d"),
        KeySettings(name: try #require(KeyName("broken")), source: 0, outputs: [missing], settingsDigest: "d"),
      ], runtimeFolder: folder, watch: watch)
  }

  deinit {
    for name in ["k/env", "k/token", "k/record", "broken/record"] { unlink("\(folder)/\(name)") }
    for name in ["/k", "/broken", ""] { rmdir(folder + name) }
  }

  private let receipt = KeyReceipt(
    fingerprint: "0123456789abcdef", issued: Timestamp(seconds: 1_800_000_000), expires: nil, expiresKnown: true,
    region: "eu-central-1", type: .shortTerm, credentialSource: .environment, account: "", isExample: false,
    settingsDigest: "d")

  private func publish(_ key: Int, _ text: String) throws {
    try publisher.publish(key, ArrivedKey(SecretBytes(copying: text.utf8)), receipt)
  }

  private func publishAll() -> [Publisher.Outcome] {
    var outcomes: [Publisher.Outcome] = []
    while publisher.hasWork { if let outcome = publisher.publishNext(at: boot) { outcomes.append(outcome) } }
    return outcomes
  }

  private func content(_ name: String) -> String? {
    (try? readFile("\(folder)/\(name)")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Lets the publisher notice changes and look at them when it may.
  private func check(isLive: Bool = true) -> (altered: [String], lostRecords: [Int]) {
    boot += .seconds(2)
    publisher.noteChanges(at: boot)
    return publisher.checkChanges(at: boot) { _ in isLive }
  }

  @Test func oneOutputIsWrittenAtATimeAndTheKeyIsForgottenAfterTheLast() throws {
    try publish(0, "key-1")
    #expect(content("k/env") == nil)
    #expect(publisher.examine(0).unheld.count == 2)
    _ = publisher.publishNext(at: boot)
    #expect(content("k/env") == "KEY=key-1\n")
    #expect(content("k/token") == nil)
    #expect(publisher.files[0].arrived != nil)
    _ = publisher.publishNext(at: boot)
    #expect(content("k/token") == "key-1")
    #expect(publisher.files[0].arrived == nil)
    #expect(!publisher.hasWork)
    #expect(publisher.recordedReceipt(0) == receipt)
    #expect(publisher.examine(0).unheld.isEmpty)
  }

  @Test func ourOwnWritingIsNoChange() throws {
    try publish(0, "key-1")
    _ = publishAll()
    let found = check()
    #expect(found.altered.isEmpty && found.lostRecords.isEmpty)
    #expect(!publisher.hasWork)
  }

  @Test func whatOthersChangeIsRestoredFromTheRecord() throws {
    try publish(0, "key-1")
    _ = publishAll()
    _ = check()
    unlink("\(folder)/k/token")
    truncate("\(folder)/k/env", 3)
    #expect(check().altered.sorted() == ["\(folder)/k/env", "\(folder)/k/token"])
    #expect(publishAll().count == 2)
    #expect(content("k/env") == "KEY=key-1\n")
    #expect(content("k/token") == "key-1")
    chmod("\(folder)/k/token", 0o666)
    #expect(check().altered == ["\(folder)/k/token"])
    _ = publishAll()
    #expect(publisher.examine(0).unheld.isEmpty)
  }

  @Test func aRemovedFolderIsMadeAgain() throws {
    try publish(0, "key-1")
    _ = publishAll()
    _ = check()
    for name in ["env", "token", "record"] { unlink("\(folder)/k/\(name)") }
    rmdir("\(folder)/k")
    #expect(check().lostRecords == [0])
    try publish(0, "key-2")
    _ = publishAll()
    #expect(content("k/token") == "key-2")
    unlink("\(folder)/k/token")
    #expect(check().altered == ["\(folder)/k/token"])
    _ = publishAll()
    #expect(content("k/token") == "key-2")
  }

  @Test func changesAreLookedAtOnceASecond() throws {
    try publish(0, "key-1")
    _ = publishAll()
    _ = check()
    unlink("\(folder)/k/token")
    publisher.noteChanges(at: boot + .milliseconds(500))
    #expect(publisher.due == boot + .seconds(1))
    #expect(publisher.checkChanges(at: boot + .milliseconds(999)) { _ in true }.altered.isEmpty)
    #expect(publisher.checkChanges(at: boot + .seconds(1)) { _ in true }.altered.count == 1)
  }

  @Test func aDeadKeyIsNotRestored() throws {
    try publish(0, "key-1")
    _ = publishAll()
    _ = check()
    unlink("\(folder)/k/token")
    #expect(check(isLive: false).altered.isEmpty)
    #expect(!publisher.hasWork)
  }

  @Test func anOutputThatFailsIsTriedAgainWhileItsKeyLives() throws {
    try publish(1, "key-1")
    guard case .failed(1, let message)? = publishAll().first else {
      Issue.record("the folder elsewhere is missing, so the output cannot be written")
      return
    }
    #expect(message.hasPrefix("cannot write \(folder)-none/token: no such file or directory"))
    #expect(!publisher.files[1].isPublished)
    #expect(publisher.due == boot + .seconds(2))
    boot += .seconds(2)
    _ = publisher.retryFailed(at: boot) { _ in true }
    // The same message again is no news.
    #expect(publishAll().isEmpty)
    #expect(publisher.due == boot + .seconds(4))
    boot += .seconds(4)
    _ = publisher.retryFailed(at: boot) { _ in false }
    #expect(!publisher.hasWork)
    #expect(publisher.due == nil)
  }
}
