import Glibc
import KeyModel

/// Where the daemon keeps its files, and where the other commands look for them.
package enum DaemonFolders {
  /// The runtime folder of root's daemon, and of the packaged one.
  package static let systemRuntime = "/run/bedrock-keyd"
  /// The state folder of root's daemon, and of the packaged one.
  package static let systemState = "/var/lib/bedrock-keyd"

  /// The runtime folder of `run`: the first of $RUNTIME_DIRECTORY (systemd.exec(5) separates them by colons), else
  /// `/run/bedrock-keyd` for root, else `$XDG_RUNTIME_DIR/bedrock-keyd`.
  package static func runtime(ofDaemonIn environment: Environment, uid: UInt32) throws(Failure) -> String {
    if let given = firstFolder(environment, "RUNTIME_DIRECTORY") {
      return try absolute(given, "RUNTIME_DIRECTORY")
    }
    if uid == 0 { return systemRuntime }
    guard let user = environment.nonEmpty("XDG_RUNTIME_DIR") else {
      throw Failure(
        .misconfigured, "cannot choose the runtime folder: neither RUNTIME_DIRECTORY nor XDG_RUNTIME_DIR is set",
        hint: "set RUNTIME_DIRECTORY to a folder of your own")
    }
    return try absolute(user, "XDG_RUNTIME_DIR") + "/bedrock-keyd"
  }

  /// The state folder of `run`: the first of $STATE_DIRECTORY, else `/var/lib/bedrock-keyd` for root, else
  /// `$XDG_STATE_HOME/bedrock-keyd`, which is `~/.local/state` where it is not set (XDG Base Directory Specification).
  package static func state(ofDaemonIn environment: Environment, uid: UInt32) throws(Failure) -> String {
    if let given = firstFolder(environment, "STATE_DIRECTORY") { return try absolute(given, "STATE_DIRECTORY") }
    if uid == 0 { return systemState }
    if let user = environment.nonEmpty("XDG_STATE_HOME") {
      return try absolute(user, "XDG_STATE_HOME") + "/bedrock-keyd"
    }
    guard let home = environment.nonEmpty("HOME") else {
      throw Failure(
        .misconfigured, "cannot choose the state folder: none of STATE_DIRECTORY, XDG_STATE_HOME and HOME is set",
        hint: "set STATE_DIRECTORY to a folder of your own")
    }
    return try absolute(home, "HOME") + "/.local/state/bedrock-keyd"
  }

  /// The runtime folder that every other command looks into: `--runtime-dir`, else $BEDROCK_KEYD_RUNTIME_DIR, else
  /// `/run/bedrock-keyd` if it is there, else `$XDG_RUNTIME_DIR/bedrock-keyd`; where that is not set either,
  /// `/run/bedrock-keyd` all the same, so that what is missing is named.
  package static func runtime(
    ofCommandIn environment: Environment, option: String?, exists: (String) -> Bool = isFolder
  ) -> String {
    if let option, !option.isEmpty { return option }
    if let given = environment.nonEmpty("BEDROCK_KEYD_RUNTIME_DIR") { return given }
    if exists(systemRuntime) { return systemRuntime }
    guard let user = environment.nonEmpty("XDG_RUNTIME_DIR") else { return systemRuntime }
    return withoutTrailingSlash(user) + "/bedrock-keyd"
  }

  private static func firstFolder(_ environment: Environment, _ name: String) -> String? {
    environment[name]?.split(separator: ":").first.map(String.init)
  }

  private static func absolute(_ path: String, _ variable: String) throws(Failure) -> String {
    guard path.hasPrefix("/") else {
      throw Failure(.misconfigured, "cannot use \(variable): '\(path)' is not an absolute path")
    }
    return withoutTrailingSlash(path)
  }

  private static func withoutTrailingSlash(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}

/// Whether a path leads to a folder (stat(2)).
package func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
