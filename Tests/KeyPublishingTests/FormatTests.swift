import Glibc
import KeyModel
import ProcessMessages
import Testing

@testable import KeyPublishing

@Suite struct FormatTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rendered(_ format: OutputSettings.Format, _ receipt: KeyReceipt = sampleReceipt) -> String {
    render(SecretBytes(copying: "bedrock-api-key-QUJD+/==".utf8), receipt, as: format)
      .withBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func output(_ format: OutputSettings.Format = .token, mode: UInt32 = 0o600) -> OutputSettings {
    OutputSettings(path: "\(folder.path)/out", format: format, mode: mode)
  }

  private func publish(_ output: OutputSettings, _ text: String) throws -> (identity: FileIdentity, wasWritten: Bool) {
    try output.publish(SecretBytes(copying: text.utf8), sampleReceipt)
  }

  @Test func environmentFiles() {
    let region = Variable(name: "AWS_REGION", value: "us-east-1")
    #expect(
      rendered(.env(variables: ["A", "B_2"], constants: [region]))
        == "A=bedrock-api-key-QUJD+/==\nB_2=bedrock-api-key-QUJD+/==\nAWS_REGION=us-east-1\n")
    #expect(rendered(.env(variables: [], constants: [region])) == "AWS_REGION=us-east-1\n")
  }

  @Test func tokenFilesHoldTheKeyAlone() {
    #expect(rendered(.token) == "bedrock-api-key-QUJD+/==")
  }

  @Test func jsonFiles() {
    #expect(
      rendered(.json)
        == #"{"token":"bedrock-api-key-QUJD+/==","expires_at":"2027-01-15T20:00:00Z","region":"eu-central-1","#
        + #""type":"short-term"}"# + "\n")
    var endless = sampleReceipt
    endless.expires = nil
    endless.type = .longTerm
    #expect(rendered(.json, endless).contains(#""expires_at":null,"region":"eu-central-1","type":"long-term"}"#))
  }

  @Test func anIdenticalFileIsLeftUntouched() throws {
    let first = try publish(output(), "key")
    #expect(first.wasWritten)
    let second = try publish(output(), "key")
    #expect(!second.wasWritten)
    #expect(second.identity == first.identity)
  }

  @Test func whateverDiffersIsWrittenAgain() throws {
    _ = try publish(output(), "key")
    #expect(try publish(output(), "kex").wasWritten)
    #expect(try publish(output(mode: 0o640), "kex").wasWritten)
    #expect(folder.status("out")?.st_mode == S_IFREG | 0o640)
    truncate("\(folder.path)/out", 2)
    #expect(try publish(output(), "kex").wasWritten)
    folder.put("out", "kex and more")
    #expect(try publish(output(), "kex").wasWritten)
    unlink("\(folder.path)/out")
    #expect(try publish(output(), "kex").wasWritten)
    #expect(folder.content("out") == "kex")
  }

  @Test func aFifoInTheFilesPlaceIsNotWaitedFor() throws {
    #expect(mkfifo("\(folder.path)/out", 0o600) == 0)
    #expect(throws: PublishingError("cannot write \(folder.path)/out: it is there and no regular file")) {
      _ = try publish(output(), "key")
    }
  }

  @Test func holdingIsJudgedByReading() throws {
    let key = SecretBytes(copying: "key".utf8)
    var judged = [output().holds(key, sampleReceipt)]
    _ = try publish(output(), "key")
    judged.append(output().holds(key, sampleReceipt))
    judged.append(output(mode: 0o644).holds(key, sampleReceipt))
    judged.append(output(.json).holds(key, sampleReceipt))
    folder.put("out", "kez")
    judged.append(output().holds(key, sampleReceipt))
    #expect(judged == [false, true, false, false, false])
  }

  @Test func anUnresolvedNameFailsItsOutput() {
    var unresolved = output()
    unresolved.unresolved = "no such group: app"
    #expect(throws: PublishingError("cannot write \(folder.path)/out: no such group: app")) {
      _ = try publish(unresolved, "key")
    }
    #expect(folder.names.isEmpty)
  }
}
