import Testing

@testable import Diagnosis

/// Who may do what with a file, by permission bits alone.
@Suite struct FileAccessTests {
  let app = UserIdentity(name: "app", uid: 900, groups: [900, 50])

  /// A tree with one file, `/etc/aws/config`.
  func tree(
    folder: FileStatus = FileStatus(uid: 0, gid: 0, mode: 0o755, isFolder: true),
    file: FileStatus? = FileStatus(uid: 0, gid: 0, mode: 0o644, isFolder: false)
  ) -> (String) -> FileStatus? {
    { path in
      switch path {
      case "/etc": FileStatus(uid: 0, gid: 0, mode: 0o755, isFolder: true)
      case "/etc/aws": folder
      case "/etc/aws/config": file
      default: nil
      }
    }
  }

  func reading(_ mode: UInt32, uid: UInt32 = 0, gid: UInt32 = 0) -> FileObstacle? {
    app.obstacle(
      reading: "/etc/aws/config", status: tree(file: FileStatus(uid: uid, gid: gid, mode: mode, isFolder: false)))
  }

  @Test func theFirstClassThatFitsDecides() {
    #expect(reading(0o644) == nil)
    #expect(reading(0o640) == .closed("/etc/aws/config", right: "read"))
    #expect(reading(0o640, gid: 50) == nil)
    #expect(reading(0o600, uid: 900) == nil)
    // The owner's own bits count although others may read.
    #expect(reading(0o044, uid: 900) == .closed("/etc/aws/config", right: "read"))
    #expect(reading(0o604, gid: 50) == .closed("/etc/aws/config", right: "read"))
  }

  @Test func rootMayEverything() {
    let root = UserIdentity(name: "root", uid: 0, groups: [0])
    let closed = tree(file: FileStatus(uid: 1, gid: 1, mode: 0, isFolder: false))
    #expect(root.obstacle(reading: "/etc/aws/config", status: closed) == nil)
  }

  @Test func theFoldersAboveMustBeOpen() {
    let closed = FileStatus(uid: 0, gid: 0, mode: 0o700, isFolder: true)
    #expect(
      app.obstacle(reading: "/etc/aws/config", status: tree(folder: closed)) == .closed("/etc/aws", right: "enter"))
    let file = FileStatus(uid: 0, gid: 0, mode: 0o755, isFolder: false)
    #expect(app.obstacle(reading: "/etc/aws/config", status: tree(folder: file)) == .noFolder("/etc/aws"))
    #expect(app.obstacle(reading: "/var/config", status: tree()) == .missing("/var"))
    #expect(app.obstacle(reading: "/etc/aws/config", status: tree(file: nil)) == .missing("/etc/aws/config"))
  }

  @Test func aFolderIsWrittenInByWhoMay() {
    #expect(app.obstacle(writingIn: "/etc/aws", status: tree()) == .closed("/etc/aws", right: "write to"))
    let ours = FileStatus(uid: 0, gid: 50, mode: 0o775, isFolder: true)
    #expect(app.obstacle(writingIn: "/etc/aws", status: tree(folder: ours)) == nil)
    #expect(app.obstacle(writingIn: "/srv/app", status: tree()) == .missing("/srv"))
  }

  @Test func obstaclesAreWords() {
    #expect(FileObstacle.closed("/a", right: "enter").words(for: app) == "user app may not enter /a")
    #expect(FileObstacle.missing("/a").words(for: app) == "/a is not there")
    #expect(folderName(of: "/a") == "/" && folderName(of: "/a/b") == "/a")
  }
}
