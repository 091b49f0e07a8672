import Testing

@testable import Diagnosis

/// What is concluded of the machine.
@Suite struct MachineFindingsTests {
  let app = UserIdentity(name: "app", uid: 900, groups: [900, 50])

  func seen(_ change: (inout MachineObservation) -> Void) -> MachineObservation {
    var observation = MachineObservation(configuration: .success(["/etc/c.toml"]), user: app, observer: app)
    observation.systemdVersion = 252
    observation.keyCount = 2
    change(&observation)
    return observation
  }

  func found(_ check: Check, _ change: (inout MachineObservation) -> Void) -> [Finding] {
    seen(change).group.findings.filter { $0.check == check }
  }

  static let unit = """
    LoadState=loaded
    ActiveState=active
    User=app
    SupplementaryGroups=
    ReadWritePaths=/srv/keys -/opt/x
    ProtectSystem=strict
    ProtectHome=yes
    """

  func output(_ path: String, own: Bool = false) -> MachineObservation.Output {
    .init(key: "a", path: path, isOwn: own)
  }

  @Test func configurations() {
    #expect(found(.configuration) { _ in }[0].message == "2 keys by /etc/c.toml")
    #expect(found(.configuration) { $0.configuration = .success([]) }[0].message.hasPrefix("no configuration file"))
    let wrong = found(.configuration) { $0.configuration = .failure(.init(lines: ["c:1: x", "c:2: y"])) }
    #expect(wrong.map(\.message) == ["c:1: x", "c:2: y"] && wrong.allSatisfy { $0.severity == .problem })
    #expect(found(.configuration) { $0.warnings = ["no such group"] }.map(\.severity) == [.fine, .problem])
  }

  @Test func daemons() {
    let unit = MachineObservation.Unit(showing: Self.unit)
    #expect(found(.daemon) { _ in }.map(\.severity) == [.warning])
    #expect(found(.daemon) { $0.unit = unit }[0].remedy.hasPrefix("systemctl start"))
    var daemon = MachineObservation.Daemon(pid: 7, isRunning: true, unit: "bedrock-keyd.service")
    #expect(found(.daemon) { $0.daemon = daemon }[0].message == "runs with pid 7 as app, by bedrock-keyd.service")
    daemon.unit = nil
    daemon.troubles = ["key a: cannot"]
    let troubled = found(.daemon) { $0.daemon = daemon }
    #expect(
      troubled.map(\.message) == ["runs with pid 7 as app, outside of any unit", "the daemon says: key a: cannot"])
    daemon.isRunning = false
    #expect(found(.daemon) { $0.daemon = daemon }[0].message.contains("the last one had the pid 7"))
  }

  @Test func anotherUserSeesOtherThings() {
    #expect(found(.user) { _ in }.isEmpty)
    let root = UserIdentity(name: "root", uid: 0, groups: [0])
    let note = MachineObservation(configuration: .success([]), user: app, observer: root).group.findings
      .first { $0.check == .user }
    #expect(note?.remedy.contains("--uid=app") == true)
  }

  @Test func systemdAndLibcurl() {
    #expect(found(.systemd) { _ in }[0].severity == .fine)
    #expect(found(.systemd) { $0.systemdVersion = 241 }[0].severity == .warning)
    #expect(found(.systemd) { $0.systemdVersion = nil }[0].severity == .note)
    #expect(found(.libcurl) { $0.curlProblem = "no file" }[0].remedy == "install libcurl4")
  }

  @Test func outputsThatCanBeWrittenAreCounted() {
    let findings = found(.output) { $0.outputs = [output("/run/k/a/env", own: true), output("/srv/x")] }
    #expect(findings.map(\.message) == ["2 outputs can be written by app"])
    // The daemon makes its own folders; others must be there.
    var absent = output("/run/k/a/env", own: true)
    absent.obstacle = .missing("/run/k/a")
    #expect(found(.output) { $0.outputs = [absent] }.map(\.severity) == [.fine])
    absent.isOwn = false
    #expect(found(.output) { $0.outputs = [absent] }[0].remedy.hasPrefix("make the folder /run/k/a"))
  }

  @Test func groupsAndOwners() {
    var grouped = output("/srv/x")
    grouped.group = 50
    #expect(found(.output) { $0.outputs = [grouped] }.map(\.severity) == [.fine])
    grouped.group = 51
    #expect(found(.output) { $0.outputs = [grouped] }[0].remedy.contains("SupplementaryGroups="))
    var owned = output("/srv/x")
    owned.owner = 900
    #expect(found(.output) { $0.outputs = [owned] }.map(\.severity) == [.fine])
    owned.owner = 33
    #expect(found(.output) { $0.outputs = [owned] }[0].message.contains("which only root can do"))
    owned.unresolved = "no such user"
    #expect(found(.output) { $0.outputs = [owned] }.isEmpty)
  }

  @Test func theSandboxOfTheUnit() {
    let unit = MachineObservation.Unit(showing: Self.unit)
    func severities(_ path: String, own: Bool = false) -> [Severity] {
      found(.output) {
        $0.unit = unit
        $0.outputs = [output(path, own: own)]
      }.map(\.severity)
    }
    #expect(severities("/srv/keys/a") == [.fine] && severities("/opt/x/deep/a") == [.fine])
    #expect(severities("/srv/keysmith/a") == [.problem] && severities("/etc/app/a") == [.problem])
    #expect(severities("/run/bedrock-keyd/a/env", own: true) == [.fine])
  }

  @Test func filesThatAreNeeded() {
    func findings(_ path: String, _ obstacle: FileObstacle? = nil) -> [Finding] {
      found(.file) {
        $0.unit = MachineObservation.Unit(showing: Self.unit)
        $0.files = [.init(path: path, what: "the AWS config file", obstacle: obstacle)]
      }
    }
    #expect(findings("/etc/aws/config").map(\.severity) == [.fine])
    #expect(findings("/home/app/.aws/config")[0].message.contains("ProtectHome="))
    let cache = found(.file) {
      $0.unit = MachineObservation.Unit(showing: Self.unit)
      $0.files = ["/etc/cache", "/srv/keys/cache"].map { .init(path: $0, what: "the cache", obstacle: nil) }
      for index in $0.files.indices { $0.files[index].isWrittenOutside = true }
    }
    #expect(cache.map(\.severity) == [.problem, .fine] && cache[0].remedy.contains("ReadWritePaths=/etc/cache"))
    let closed = findings("/etc/aws/config", .closed("/etc/aws", right: "enter"))
    #expect(closed[0].message == "the AWS config file /etc/aws/config: user app may not enter /etc/aws")
  }
}
