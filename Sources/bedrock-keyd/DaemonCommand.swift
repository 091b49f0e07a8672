import ArgumentParser
import Glibc
import KeyConfiguration
import KeyModel
import LinuxHost
import ProcessMessages

/// `bedrock-keyd run`: compiles the configuration and becomes the keeper.
struct DaemonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Keep the configured keys alive: the daemon.")

  @Option(name: .customLong("config"), help: "Read this file alone, not the files under /etc/bedrock-keyd.")
  var file: String?

  @Flag(help: "End after one attempt for each key; the exit code is 0 if every enabled key has a live file.")
  var once = false

  @Flag(help: "Issue each key once and show what would be written, but write nothing.")
  var dryRun = false

  func validate() throws {
    if once && dryRun { throw ValidationError("cannot combine --once and --dry-run: each says how much is done") }
  }

  func run() throws {
    // The keeper takes them once it is there; before that they would end the start.
    if !dryRun { blockSignals([SIGHUP, SIGUSR1]) }
    let environment = Environment.ofThisProcess()
    let inputs: ConfigurationInputs
    do throws(Failure) {
      inputs = try ConfigurationInputs(file: absoluteFile, ofDaemonIn: environment, uid: geteuid())
    } catch { try end(error.text, configurationExitCode) }
    let loaded = try loadOrExit(inputs)
    for warning in loaded.warnings { writeLine("warning: \(warning)", to: STDERR_FILENO) }
    if dryRun { return try rehearseAll(loaded.keeper, environment: environment) }
    try makeFolder(loaded.keeper.runtimeFolder, mode: 0o755)
    try makeFolder(loaded.keeper.stateFolder, mode: 0o700)
    do throws(Failure) {
      try becomeKeeper(loaded.keeper, environment: environment, options: keeperOptions(loaded.keeper, environment))
    } catch { try end(error.text, ExitCode(1)) }
  }

  /// The file's absolute path: a reload reads it from another working folder.
  private var absoluteFile: String? {
    guard let file, !file.hasPrefix("/") else { return file }
    guard let folder = getcwd(nil, 0) else { return file }
    defer { free(folder) }
    return "\(String(cString: folder))/\(file)"
  }

  private func keeperOptions(_ configuration: KeeperConfiguration, _ environment: Environment) -> KeeperOptions {
    var arguments = [
      "--environment-descriptor", "\(StartDescriptors.environment)", "--runtime-dir", configuration.runtimeFolder,
      "--state-dir", configuration.stateFolder,
    ]
    if let absoluteFile { arguments += ["--config", absoluteFile] }
    return KeeperOptions(
      isOnce: once, hasCredentialSocket: hasPassedSocket(environment), compileArguments: arguments)
  }

  private func makeFolder(_ path: String, mode: mode_t) throws {
    do throws(SystemError) { try makeFolders(path, mode: mode) } catch {
      try end("cannot make the folder \(path): \(error.reason)", ExitCode(1))
    }
  }
}
