import Glibc
import LinuxHost
import Testing

/// The real lock and the real files.
@Suite struct LockedFileTests {
  let folder: String
  var path: String { "\(folder)/token.json" }

  init() throws {
    var template = Array("/tmp/bedrock-keyd-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try write("old", to: path)
  }

  func write(_ text: String, to path: String) throws {
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o640)
    try file.writeAll(Array(text.utf8))
  }

  func text(_ path: String) throws -> String { String(decoding: try readFile(path), as: UTF8.self) }

  func removeAll() {
    for name in (try? fileNames(in: folder)) ?? [] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  @Test func oneHolderAtATimeAndTheNextOneHoldsTheNewFile() throws {
    defer { removeAll() }
    do {
      let first = try #require(try LockedFile.take(path))
      #expect(try LockedFile.take(path) == nil)
      try first.prepare(room: 100_000)
      #expect(try text(path) == "old" && fileNames(in: folder).count == 2)
      try first.replace(with: Array("new".utf8))
      // The new file is nobody's yet.
      #expect(try LockedFile.take(path) != nil)
    }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try text(path) == "new" && fileNames(in: folder) == ["token.json"])
  }

  @Test func whatIsNotReplacedLeavesNothingAndWhatACrashLeftGoes() throws {
    defer { removeAll() }
    try write("half", to: "\(folder)/.bedrock-keyd-1-0-token.json")
    try write("another's", to: "\(folder)/.bedrock-keyd-1-0-other.json")
    do {
      let hold = try #require(try LockedFile.take(path))
      #expect(throws: SystemError(code: EINVAL)) { try hold.replace(with: []) }
      try hold.prepare(room: 10)
    }
    #expect(try fileNames(in: folder) == [".bedrock-keyd-1-0-other.json", "token.json"])
  }

  @Test func aLinkStaysAndItsTargetIsReplaced() throws {
    defer { removeAll() }
    let link = "\(folder)/link.json"
    #expect(symlink("token.json", link) == 0)
    let hold = try #require(try LockedFile.take(link))
    try hold.prepare(room: 10)
    try hold.replace(with: [0x78])
    #expect(try text(path) == "x" && text(link) == "x")
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test(.enabled(if: geteuid() == 0, "only root may give files away")) func theOwnerStays() throws {
    defer { removeAll() }
    #expect(chown(path, 12_345, 12_346) == 0)
    let hold = try #require(try LockedFile.take(path))
    try hold.prepare(room: 10)
    try hold.replace(with: [])
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_uid == 12_345 && status.st_gid == 12_346)
  }

  @Test func aFileThatIsNotThereIsNamedByItsErrno() {
    defer { removeAll() }
    #expect(throws: SystemError(code: ENOENT)) { try LockedFile.take("\(folder)/none") }
  }
}
