import KeyModel
import LinuxHost
import Testing

@Suite struct FolderTests {
  @Test(
    arguments: [
      (["RUNTIME_DIRECTORY": "/run/a:/run/b"], 0, "/run/a"), ([:], 0, "/run/bedrock-keyd"),
      (["XDG_RUNTIME_DIR": "/run/user/7"], 0, "/run/bedrock-keyd"),
      (["XDG_RUNTIME_DIR": "/run/user/7/"], 7, "/run/user/7/bedrock-keyd"),
      (["RUNTIME_DIRECTORY": "", "XDG_RUNTIME_DIR": "/x"], 7, "/x/bedrock-keyd"),
      (["RUNTIME_DIRECTORY": "/clone/run", "XDG_RUNTIME_DIR": "/x"], 7, "/clone/run"),
    ] as [([String: String], UInt32, String)])
  func runtimeFolderOfTheDaemon(_ environment: [String: String], _ uid: UInt32, _ folder: String) throws {
    #expect(try DaemonFolders.runtime(ofDaemonIn: Environment(environment), uid: uid) == folder)
  }

  @Test(
    arguments: [
      (["STATE_DIRECTORY": "/var/lib/a:/b"], 7, "/var/lib/a"), ([:], 0, "/var/lib/bedrock-keyd"),
      (["XDG_STATE_HOME": "/s", "HOME": "/h"], 7, "/s/bedrock-keyd"),
      (["HOME": "/h"], 7, "/h/.local/state/bedrock-keyd"),
    ] as [([String: String], UInt32, String)])
  func stateFolderOfTheDaemon(_ environment: [String: String], _ uid: UInt32, _ folder: String) throws {
    #expect(try DaemonFolders.state(ofDaemonIn: Environment(environment), uid: uid) == folder)
  }

  @Test func whatCannotBeChosenIsSaid() {
    #expect(throws: Failure.self) { try DaemonFolders.runtime(ofDaemonIn: Environment(), uid: 7) }
    #expect(throws: Failure.self) { try DaemonFolders.state(ofDaemonIn: Environment(), uid: 7) }
    #expect {
      try DaemonFolders.runtime(ofDaemonIn: Environment(["RUNTIME_DIRECTORY": "run"]), uid: 0)
    } throws: {
      ($0 as? Failure)?.text == "cannot use RUNTIME_DIRECTORY: 'run' is not an absolute path"
    }
  }

  @Test(
    arguments: [
      ("/opt", ["BEDROCK_KEYD_RUNTIME_DIR": "/b"], true, "/opt"),
      (nil, ["BEDROCK_KEYD_RUNTIME_DIR": "/b", "XDG_RUNTIME_DIR": "/x"], true, "/b"),
      (nil, ["XDG_RUNTIME_DIR": "/x"], true, "/run/bedrock-keyd"),
      (nil, ["XDG_RUNTIME_DIR": "/x"], false, "/x/bedrock-keyd"), (nil, [:], false, "/run/bedrock-keyd"),
    ] as [(String?, [String: String], Bool, String)])
  func runtimeFolderOfOtherCommands(
    _ option: String?, _ environment: [String: String], _ isThere: Bool, _ folder: String
  ) {
    #expect(
      DaemonFolders.runtime(ofCommandIn: Environment(environment), option: option, exists: { _ in isThere }) == folder)
  }

  @Test func namesOfTheMachineAreFound() throws {
    #expect(try userID(named: "root") == 0)
    #expect(try groupID(named: "root") == 0)
    #expect(try userID(named: "no-such-user-at-all") == nil)
    #expect(try groupID(named: "no-such-group-at-all") == nil)
  }
}
