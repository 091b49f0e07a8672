extension MachineObservation {
  /// All that is found of the machine.
  package var group: FindingGroup {
    FindingGroup(
      title: "this machine",
      findings: configurationFindings + daemonFindings + userFindings + systemFindings + outputFindings + fileFindings)
  }

  private var configurationFindings: [Finding] {
    switch configuration {
    case .failure(let problem):
      return problem.lines.map {
        Finding(.problem, .configuration, $0, remedy: "correct the file; bedrock-keyd config check tries it")
      }
    case .success(let files):
      let read =
        files.isEmpty
        ? "no configuration file: one key from the standard environment"
        : "\(keyCount) \(keyCount == 1 ? "key" : "keys") by \(files.joined(separator: ", "))"
      return [Finding(.fine, .configuration, read)]
        + warnings.map {
          Finding(.problem, .configuration, $0, remedy: "make the user or group, or correct its name")
        }
    }
  }

  private var daemonFindings: [Finding] {
    guard let daemon, daemon.isRunning else {
      let was = daemon.map { "; the last one had the pid \($0.pid)" } ?? ""
      return [
        Finding(
          .warning, .daemon, "no daemon answers in the runtime folder\(was)",
          remedy: unit?.isInstalled == true
            ? "systemctl start bedrock-keyd; journalctl -u bedrock-keyd tells why it ended"
            : "bedrock-keyd run keeps the keys; install its unit for a start at boot")
      ]
    }
    let place = daemon.unit.map { "by \($0)" } ?? "outside of any unit"
    return [
      Finding(.fine, .daemon, "runs with pid \(daemon.pid) as \(user.name), \(place)")
        .with(["pid": "\(daemon.pid)", "user": user.name, "unit": daemon.unit])
    ]
      + daemon.troubles.map {
        Finding(.problem, .daemon, "the daemon says: \($0)", remedy: "bedrock-keyd status shows what it keeps")
      }
  }

  private var userFindings: [Finding] {
    guard observer.uid != user.uid else { return [] }
    return [
      Finding(
        .note, .user,
        "this looks as \(observer.name), the daemon runs as \(user.name): environment, home and rights are others",
        remedy: "systemd-run --pipe --wait --uid=\(user.name) -p EnvironmentFile=-/etc/default/bedrock-keyd"
          + " -E HOME=/var/lib/bedrock-keyd/home bedrock-keyd doctor")
    ]
  }

  private var systemFindings: [Finding] {
    var findings: [Finding] = []
    switch systemdVersion {
    case nil:
      findings.append(
        Finding(.note, .systemd, "systemd does not run here: nothing starts the daemon again unless you see to it"))
    // systemd.exec(5): LoadCredential= and ProtectProc= came with 247.
    case .some(let version) where version < 247:
      findings.append(
        Finding(
          .warning, .systemd, "systemd \(version) does not know LoadCredential= nor part of the unit's sandbox",
          remedy: "use a release with systemd 247 or later"))
    case .some(let version):
      findings.append(Finding(.fine, .systemd, "systemd \(version)").with(["version": "\(version)"]))
    }
    if let curlProblem {
      findings.append(
        Finding(.problem, .libcurl, "libcurl cannot be used: \(curlProblem)", remedy: "install libcurl4"))
    } else {
      findings.append(Finding(.fine, .libcurl, "libcurl is there"))
    }
    return findings
  }
}
