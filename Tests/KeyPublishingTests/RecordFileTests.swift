import Glibc
import KeyModel
import LinuxHost
import ProcessMessages
import Testing

@testable import KeyPublishing

@Suite struct RecordFileTests {
  private let folder: TemporaryFolder
  private let file: RecordFile

  init() throws {
    folder = try TemporaryFolder()
    file = RecordFile(runtimeFolder: folder.path, key: try #require(KeyName("k")))
  }

  private func write(_ text: String) throws { try file.write(SecretBytes(copying: text.utf8), sampleReceipt) }

  private func read() throws -> (KeyReceipt, String) {
    let record = try file.read()
    return (record.receipt, record.key.withBytes { String(decoding: $0, as: UTF8.self) })
  }

  private func remove() {
    unlink(file.path)
    rmdir(file.folder)
  }

  @Test func aRecordComesBackAsItWent() throws {
    defer { remove() }
    for text in ["bedrock-api-key-QUJD", String(repeating: "k", count: IssueAnswer.longestKey)] {
      try write(text)
      #expect(try read() == (sampleReceipt, text))
    }
    #expect(folder.status("k")?.st_mode == S_IFDIR | 0o755)
    #expect(folder.status("k/record")?.st_mode == S_IFREG | 0o600)
  }

  @Test func aMissingRecordIsTheSystemsError() {
    #expect(throws: SystemError(code: ENOENT)) { _ = try read() }
  }

  @Test func aRecordThatEndsEarlyOrLateIsRefused() throws {
    defer { remove() }
    try write("bedrock-api-key-QUJD")
    let whole = try readFile(file.path)
    for length in whole.indices {
      truncate(file.path, length)
      #expect(throws: SystemError(code: EBADMSG), "cut at \(length)") { _ = try read() }
      try Descriptor.open(file.path, O_WRONLY | O_TRUNC).writeAll(whole)
    }
    try Descriptor.open(file.path, O_WRONLY).writeAll(whole + [0x41])
    #expect(throws: SystemError.self) { _ = try read() }
  }

  @Test func arbitraryBytesAreRefused() throws {
    defer { remove() }
    try write("key")
    for bytes in [[255, 255, 255, 255], [0, 0, 0, 0], Array("not a record at all".utf8)] as [[UInt8]] {
      try Descriptor.open(file.path, O_WRONLY | O_TRUNC).writeAll(bytes)
      #expect(throws: SystemError(code: EBADMSG)) { _ = try read() }
    }
  }

  @Test func linksAndPipesAreNoRecords() throws {
    defer { remove() }
    try write("key")
    #expect(rename(file.path, "\(folder.path)/elsewhere") == 0)
    #expect(symlink("\(folder.path)/elsewhere", file.path) == 0)
    #expect(throws: SystemError(code: ELOOP)) { _ = try read() }
    unlink(file.path)
    #expect(mkfifo(file.path, 0o600) == 0)
    #expect(throws: SystemError(code: EBADMSG)) { _ = try read() }
  }
}
