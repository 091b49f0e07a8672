import Diagnosis
import Glibc
import LinuxHost

/// What systemd tells of itself and of a unit, by its own commands.
enum SystemdProbe {
  /// The version of the systemd that runs here (sd_booted(3)); nil where none does.
  static func version(_ environment: Environment) -> Int? {
    guard isFolder("/run/systemd/system"), let text = run(["systemctl", "--version"], environment) else { return nil }
    // `systemd 252 (252.38-1~deb12u1)`
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.count > 1 ? Int(words[1].prefix { $0.isNumber }) : nil
  }

  /// A unit's properties; nil where systemd does not run or does not answer.
  static func unit(_ name: String, _ environment: Environment) -> MachineObservation.Unit? {
    guard isFolder("/run/systemd/system") else { return nil }
    let properties = "LoadState,ActiveState,User,SupplementaryGroups,ReadWritePaths,ProtectSystem,ProtectHome"
    return run(["systemctl", "show", "--property=\(properties)", "--", name], environment).map { .init(showing: $0) }
  }

  /// The unit that a process runs in: the last part of its control group (cgroups(7)) that is a service or a scope.
  static func unit(ofProcess pid: Int32) -> String? {
    guard let bytes = try? readFile("/proc/\(pid)/cgroup") else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("0::") }
    let name = line?.split(separator: "/").last.map(String.init)
    return name.flatMap { $0.hasSuffix(".service") ? $0 : nil }
  }

  private static func run(_ words: [String], _ environment: Environment) -> String? {
    let request = CommandRequest(
      words: words, environment: environment.keeping(["PATH", "LANG", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"]),
      timeout: .seconds(3))
    guard let result = try? runCommand(request), result.end == .exit(.exited(0)) else { return nil }
    return String(decoding: result.output, as: UTF8.self)
  }
}
