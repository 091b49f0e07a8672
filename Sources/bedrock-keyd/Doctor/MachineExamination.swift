import AWSClient
import Diagnosis
import Glibc
import KeyConfiguration
import KeyModel
import LinuxHost
import ProcessMessages

/// A look at the machine: the daemon, its unit and user, and the files that they need.
struct MachineExamination {
  /// Where the daemon is looked for.
  let runtime: RuntimeOptions
  /// The variables of this process.
  let environment: Environment

  /// What is seen where the configuration is wrong.
  func observe(failed lines: [String]) -> MachineObservation {
    observe(.failure(.init(lines: lines)))
  }

  /// What is seen with a configuration; `files` are those that credentials need.
  func observe(_ loaded: LoadedConfiguration, files: [(path: String, what: String)]) -> MachineObservation {
    var seen = observe(.success(loaded.files))
    seen.keyCount = loaded.keeper.keys.count
    seen.warnings = loaded.warnings
    let user = seen.user
    seen.outputs = loaded.keeper.keys.flatMap { key in
      key.outputs.map { output(key.name.text, $0, user, loaded.keeper) }
    }
    var known: Set<String> = []
    seen.files = files.filter { known.insert($0.path).inserted }.map { file in
      // Into the folder of a cache renewed tokens are written.
      let obstacle =
        isFolder(file.path)
        ? user.obstacle(writingIn: file.path, status: fileStatus)
        : user.obstacle(reading: file.path, status: fileStatus)
      var needed = MachineObservation.File(path: file.path, what: file.what, obstacle: obstacle)
      needed.isWrittenOutside = isFolder(file.path) && !isOwn(file.path, loaded.keeper)
      return needed
    }
    return seen
  }

  private func observe(
    _ configuration: Result<[String], MachineObservation.ConfigurationProblem>
  ) -> MachineObservation {
    let daemon = observeDaemon()
    // The sandbox of a unit says nothing of a daemon that runs outside of it.
    let isOutside = daemon.map { $0.isRunning && $0.unit == nil } ?? false
    let unit = isOutside ? nil : SystemdProbe.unit(daemon?.unit ?? "bedrock-keyd.service", environment)
    let observer = ProcessUsers.own
    var seen = MachineObservation(
      configuration: configuration, user: user(daemon, unit) ?? observer, observer: observer)
    seen.daemon = daemon
    seen.unit = unit
    seen.systemdVersion = SystemdProbe.version(environment)
    seen.curlProblem = curlProblem()
    return seen
  }

  /// The daemon that status.json tells of.
  private func observeDaemon() -> MachineObservation.Daemon? {
    guard let status = try? StatusFile.read(in: runtime.folder) else { return nil }
    let isRunning = runtime.isDaemonRunning
    var daemon = MachineObservation.Daemon(
      pid: status.pid, isRunning: isRunning, unit: isRunning ? SystemdProbe.unit(ofProcess: status.pid) : nil)
    daemon.troubles = status.keys.flatMap { key in
      (key.lastError.map { ["key \(key.name): \($0)"] } ?? [])
        + key.outputs.compactMap { output in output.error.map { "key \(key.name): \($0)" } }
    }
    return daemon
  }

  /// Who the daemon is: by its process, else by its unit. Without either it would be whoever asks.
  private func user(
    _ daemon: MachineObservation.Daemon?, _ unit: MachineObservation.Unit?
  ) -> UserIdentity? {
    if let daemon, daemon.isRunning { return ProcessUsers.user(ofProcess: daemon.pid) }
    guard let unit, unit.isInstalled, let name = unit.properties["User"], !name.isEmpty else { return nil }
    let groups = (unit.properties["SupplementaryGroups"] ?? "").split(separator: " ").map(String.init)
    return ProcessUsers.user(named: name, with: groups)
  }

  private func isOwn(_ path: String, _ configuration: KeeperConfiguration) -> Bool {
    [configuration.runtimeFolder, configuration.stateFolder].contains { path.hasPrefix("\($0)/") }
  }

  private func output(
    _ key: String, _ settings: OutputSettings, _ user: UserIdentity, _ configuration: KeeperConfiguration
  ) -> MachineObservation.Output {
    var seen = MachineObservation.Output(key: key, path: settings.path, isOwn: isOwn(settings.path, configuration))
    seen.owner = settings.owner
    seen.group = settings.group
    seen.unresolved = settings.unresolved
    seen.obstacle = user.obstacle(writingIn: folderName(of: settings.path), status: fileStatus)
    return seen
  }
}

/// What stat(2) tells of a path; nil where it tells nothing.
private func fileStatus(_ path: String) -> FileStatus? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  return FileStatus(
    uid: status.st_uid, gid: status.st_gid, mode: status.st_mode & 0o7777,
    isFolder: status.st_mode & S_IFMT == S_IFDIR)
}
