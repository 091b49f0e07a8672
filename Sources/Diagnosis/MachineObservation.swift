/// What was seen of the machine: configuration, daemon, unit, outputs, files.
package struct MachineObservation: Sendable {
  /// A daemon that runs, or ran.
  package struct Daemon: Hashable, Sendable {
    /// Its process id.
    package var pid: Int32
    /// Whether it answers on its socket.
    package var isRunning: Bool
    /// The unit it runs in; nil where it runs in none.
    package var unit: String?
    /// What it cannot do: the last error of keys and outputs.
    package var troubles: [String] = []

    /// A daemon by its parts; it has no troubles.
    package init(pid: Int32, isRunning: Bool, unit: String?) {
      self.pid = pid
      self.isRunning = isRunning
      self.unit = unit
    }
  }

  /// A unit as `systemctl show` tells it.
  package struct Unit: Hashable, Sendable {
    /// The properties by name.
    package var properties: [String: String]

    /// A unit by the lines `NAME=value` of `systemctl show`.
    package init(showing text: String) {
      properties = text.split(whereSeparator: \.isNewline).reduce(into: [:]) { result, line in
        guard let equals = line.firstIndex(of: "=") else { return }
        result[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
    }

    /// Whether there is a unit of that name.
    package var isInstalled: Bool { properties["LoadState"] == "loaded" }
    /// Whether writing is confined to what is listed.
    var isConfined: Bool { properties["ProtectSystem"] == "strict" }
    /// Whether /home, /root and /run/user are hidden.
    var hidesHomes: Bool { ["yes", "tmpfs"].contains(properties["ProtectHome"]) }

    /// Whether the sandbox keeps a folder that is none of the daemon's own read-only.
    func isReadOnly(_ folder: String) -> Bool {
      guard isInstalled, isConfined else { return false }
      let writable = (properties["ReadWritePaths"] ?? "").split(separator: " ").map { $0.drop { "-+".contains($0) } }
      return !writable.contains { $0 == "/" || folder == $0 || folder.hasPrefix("\($0)/") }
    }
  }

  /// One output.
  package struct Output: Hashable, Sendable {
    /// The key that it holds.
    package var key: String
    /// Its path.
    package var path: String
    /// The id of the user it shall belong to, if that is set.
    package var owner: UInt32?
    /// The id of the group it shall have, if that is set.
    package var group: UInt32?
    /// Why its user or group could not be resolved.
    package var unresolved: String?
    /// What keeps the daemon's user from writing it.
    package var obstacle: FileObstacle?
    /// Whether it lies in the daemon's own folders, which the unit makes and opens.
    package var isOwn: Bool

    /// An output by its place.
    package init(key: String, path: String, isOwn: Bool) {
      self.key = key
      self.path = path
      self.isOwn = isOwn
    }
  }

  /// A file that credentials or calls need.
  package struct File: Hashable, Sendable {
    /// Its path.
    package var path: String
    /// What it is: `the AWS config file`.
    package var what: String
    /// What keeps the daemon's user from it.
    package var obstacle: FileObstacle?
    /// Whether the daemon writes in it, and it is none of its own folders: the cache of a login.
    package var isWrittenOutside = false

    /// A file by its parts, which is only read.
    package init(path: String, what: String, obstacle: FileObstacle?) {
      self.path = path
      self.what = what
      self.obstacle = obstacle
    }
  }

  /// The configuration files that were read, or what is wrong with them.
  package var configuration: Result<[String], ConfigurationProblem>
  /// How many keys are configured.
  package var keyCount = 0
  /// What the configuration warns of.
  package var warnings: [String] = []
  /// The daemon, by what it left in its runtime folder; nil where there is nothing.
  package var daemon: Daemon?
  /// The user that the daemon runs as, or would.
  package var user: UserIdentity
  /// The user that looks.
  package var observer: UserIdentity
  /// The version of systemd; nil where it does not run here.
  package var systemdVersion: Int?
  /// The daemon's unit; nil where nobody could be asked.
  package var unit: Unit?
  /// Why libcurl cannot be used, or nil.
  package var curlProblem: String?
  /// The outputs of the keys.
  package var outputs: [Output] = []
  /// The files that are needed and there.
  package var files: [File] = []

  /// What is wrong with a configuration, line by line.
  package struct ConfigurationProblem: Error, Hashable, Sendable {
    /// The lines.
    package var lines: [String]

    /// A problem by its lines.
    package init(lines: [String]) { self.lines = lines }
  }

  /// What was seen of a configuration, by and for a user; the rest is set one by one.
  package init(
    configuration: Result<[String], ConfigurationProblem>, user: UserIdentity, observer: UserIdentity
  ) {
    self.configuration = configuration
    self.user = user
    self.observer = observer
  }
}
