import Foundation
import KeyModel
import LinuxHost
import Synchronization
import Testing

@testable import KeyPublishing

@Suite struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func replace(_ name: String, _ texts: String..., mode: UInt32 = 0o600, group: UInt32? = nil) throws {
    let text = texts.map { Array($0.utf8) }
    try replace(parts: text[...], [], name, FileAccess(mode: mode, group: group))
  }

  private func replace(
    parts: ArraySlice<[UInt8]>, _ lent: [UnsafeRawBufferPointer], _ name: String, _ access: FileAccess
  ) throws {
    guard let first = parts.first else {
      let identity = try AtomicFile.replace("\(folder.path)/\(name)", access: access, with: lent)
      #expect(identity == FileIdentity(path: "\(folder.path)/\(name)"))
      return
    }
    try first.withUnsafeBytes { try replace(parts: parts.dropFirst(), lent + [$0], name, access) }
  }

  /// The message with which a replacement is refused.
  private func refusal(_ name: String, group: UInt32? = nil) -> String? {
    do {
      try replace(name, "new", group: group)
      return nil
    } catch { return (error as? PublishingError)?.message }
  }

  @Test func contentAndModeAreThere() throws {
    try replace("key", "first ", "second")
    #expect(folder.content("key") == "first second")
    #expect(folder.status("key")?.st_mode == S_IFREG | 0o600)
    try replace("key", "", mode: 0o640)
    #expect(folder.content("key") == "")
    #expect(folder.status("key")?.st_mode == S_IFREG | 0o640)
    #expect(folder.names == ["key"])
  }

  @Test(.enabled(if: geteuid() == 0, "only root may choose a group freely")) func theGroupIsSet() throws {
    try replace("key", "text", mode: 0o4640, group: 12_345)
    #expect(folder.status("key")?.st_gid == 12_345)
    #expect(folder.status("key")?.st_mode == S_IFREG | 0o4640)
  }

  @Test func aReplacedFileIsAnotherFile() throws {
    try replace("key", "old")
    let old = folder.status("key")?.st_ino
    let open = try Descriptor.open("\(folder.path)/key", O_RDONLY)
    try replace("key", "new!")
    #expect(folder.status("key")?.st_ino != old)
    #expect(try open.readAll(limit: 10) == Array("old".utf8))
  }

  @Test func aSymbolicLinkIsRefused() throws {
    folder.put("target", "theirs")
    #expect(symlink("\(folder.path)/target", "\(folder.path)/key") == 0)
    let message = try #require(refusal("key"))
    #expect(message == "cannot write \(folder.path)/key: it is a symbolic link (name the file it points to)")
    #expect(folder.content("target") == "theirs")
    #expect(folder.names == ["key", "target"])
  }

  @Test func aFolderInTheFilesPlaceIsRefused() throws {
    mkdir("\(folder.path)/key", 0o700)
    #expect(refusal("key") == "cannot write \(folder.path)/key: it is there and no regular file")
  }

  @Test func aFolderThatEverybodyMayWriteToIsRefused() throws {
    chmod(folder.path, 0o777)
    #expect(try #require(refusal("key")).contains("everybody may replace files in its folder"))
    #expect(folder.names.isEmpty)
    chmod(folder.path, 0o1777)
    #expect(refusal("key") == nil)
  }

  @Test func missingFoldersAndStrangePathsAreRefused() {
    let missing = "\(folder.path)/none"
    #expect(
      refusal("none/key")
        == "cannot write \(missing)/key: no such file or directory (make the folder \(missing) first)")
    for path in ["", "key", "\(folder.path)/"] {
      #expect(throws: PublishingError("cannot write \(path): not the absolute path of a file")) {
        try AtomicFile.replace(path, access: FileAccess(mode: 0o600), with: [])
      }
    }
  }

  @Test func theTemporaryFileIsRemovedWhenAStepFails() throws {
    folder.put("key", "old")
    // Memory that is not there fails the write, after the temporary file was made.
    let nowhere = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 8), count: 16)
    #expect(throws: PublishingError("cannot write \(folder.path)/key: bad address")) {
      try AtomicFile.replace("\(folder.path)/key", access: FileAccess(mode: 0o600), with: [nowhere])
    }
    #expect(folder.names == ["key"])
    #expect(folder.content("key") == "old")
  }

  @Test(.enabled(if: geteuid() != 0, "root may choose any group")) func aForeignGroupIsRefused() throws {
    folder.put("key", "old")
    #expect(try #require(refusal("key", group: 54_321)).contains("cannot set the group of"))
    #expect(folder.names == ["key"])
    #expect(folder.content("key") == "old")
  }

  @Test func leftoversOfACrashAreRemovedAndNothingElse() {
    for name in [".bedrock-keyd-12-0-key", ".bedrock-keyd-9-99-env", ".key", "bedrock-keyd-1-0-key", "key"] {
      folder.put(name, "x")
    }
    AtomicFile.removeLeftovers(in: folder.path)
    #expect(folder.names == [".key", "bedrock-keyd-1-0-key", "key"])
    AtomicFile.removeLeftovers(in: folder.path + "/none")
  }

  @Test func aLeftoverOfTheSameNameIsNoObstacle() throws {
    for attempt in 0..<5 { folder.put(".bedrock-keyd-\(getpid())-\(attempt)-key", "half a k") }
    try replace("key", "whole")
    #expect(folder.content("key") == "whole")
    #expect(folder.names.count == 6)
  }

  /// A reader in a loop sees whole contents only, each of one letter.
  @Test func aReaderNeverSeesAPart() throws {
    try replace("key", String(repeating: "a", count: 3000))
    let reader = Reader("\(folder.path)/key")
    Thread { reader.run() }.start()
    var round = 0
    while reader.reads < 300 || round < 300 {
      try replace("key", String(repeating: round % 2 == 0 ? "b" : "c", count: 3000))
      round += 1
    }
    #expect(reader.stop() == 0, "torn reads of \(reader.reads)")
  }

  /// Reads a file over and over, until it is stopped.
  private final class Reader: Sendable {
    private let path: String
    private let state = Mutex((reads: 0, torn: 0, isOver: false))

    init(_ path: String) { self.path = path }

    var reads: Int { state.withLock { $0.reads } }

    func run() {
      while !state.withLock({ $0.isOver }) {
        let bytes = (try? readFile(path)) ?? []
        let isTorn = bytes.count != 3000 || Set(bytes).count != 1
        state.withLock {
          $0.reads += 1
          if isTorn && !$0.isOver { $0.torn += 1 }
        }
      }
    }

    func stop() -> Int {
      state.withLock {
        $0.isOver = true
        return $0.torn
      }
    }
  }
}
