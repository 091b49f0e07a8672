import CLinux
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// Replaces this process by the keeper (execve(2)), which keeps the pid that the service manager knows. What it needs
/// stands on the descriptors of StartDescriptors; its own environment holds nothing of AWS.
func becomeKeeper(
  _ configuration: KeeperConfiguration, environment: Environment, options: KeeperOptions
) throws(Failure) -> Never {
  let keeper = try findKeeper()
  do throws(SystemError) {
    let compiled = try sealedMemoryFile("configuration", configuration.encoded)
    let start = try sealedMemoryFile("environment", environment.ofIssuers.block)
    let executable = try Descriptor.open(naming: "/proc/self/exe")
    // First out of the way of the fixed numbers, then onto them; dup2(2) leaves them open across the exec.
    var sources = [
      (try movedAway(start), StartDescriptors.environment), (try movedAway(executable), StartDescriptors.executable),
      (try movedAway(compiled), StartDescriptors.configuration),
    ]
    if options.hasCredentialSocket {
      sources.append((try movedAway(Descriptor(owning: firstPassed)), StartDescriptors.credentialSocket))
    }
    for (source, target) in sources { _ = try retrying { dup2(source, target) } }
  } catch {
    throw Failure(.internal, "cannot prepare the start of the keeper: \(error.reason)")
  }
  signal(SIGPIPE, SIG_DFL)
  withCStrings(["bedrock-keyd-keeper"] + options.arguments) { arguments in
    withCStrings(environment.ofKeeper.entries) { _ = execve(keeper, arguments, $0) }
  }
  throw Failure(.internal, "cannot execute \(keeper): \(SystemError.last.reason)")
}

/// The first descriptor that a service manager passes (SD_LISTEN_FDS_START, sd_listen_fds(3)).
private let firstPassed: Int32 = 3

/// Whether the service manager listens on the socket for LoadCredential= for us.
func hasPassedSocket(_ environment: Environment) -> Bool {
  environment["LISTEN_PID"] == "\(getpid())" && environment["LISTEN_FDS"].flatMap { Int($0) } ?? 0 >= 1
}

/// The same open file under a number that no fixed one can be; the old number is free again.
private func movedAway(_ descriptor: consuming Descriptor) throws(SystemError) -> Int32 {
  try descriptor.duplicate(from: 64).release()
}

/// The keeper lies beside this program, or in ../lib/bedrock-keyd/ where it is installed.
private func findKeeper() throws(Failure) -> String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
  guard readlink("/proc/self/exe", &buffer, Int(PATH_MAX)) > 0 else {
    throw Failure(.internal, "cannot find the keeper: /proc/self/exe cannot be read", hint: "is /proc mounted?")
  }
  let path = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
  let name = "bedrock-keyd-keeper"
  let candidates = ["\(folder)/\(name)", "\(folder)/../lib/bedrock-keyd/\(name)"]
  guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
    throw Failure(
      .internal, "cannot find the keeper: there is no \(candidates.joined(separator: " and no "))",
      hint: "install bedrock-keyd whole")
  }
  return found
}

extension Environment {
  /// What issuers get: all but what is between this process and the service manager (systemd.exec(5)).
  fileprivate var ofIssuers: Environment {
    Environment(
      variables.filter { name, _ in
        name != "NOTIFY_SOCKET" && !name.hasPrefix("WATCHDOG_") && !name.hasPrefix("LISTEN_")
      })
  }

  /// What the keeper gets: no secret can be among it.
  fileprivate var ofKeeper: Environment {
    keeping([
      "PATH", "HOME", "LANG", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "INVOCATION_ID",
      "SYSTEMD_EXEC_PID",
    ])
  }
}
