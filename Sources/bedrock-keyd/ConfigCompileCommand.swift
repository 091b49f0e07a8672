import ArgumentParser
import Glibc
import KeyConfiguration
import KeyModel
import LinuxHost
import ProcessMessages

/// `bedrock-keyd config compile`: the keeper's configuration in the form that processes exchange, on standard output.
/// The keeper runs it at a reload, with the start environment on a descriptor and its own folders.
struct ConfigCompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compile the configuration for the keeper.", shouldDisplay: false)

  @Option(name: .customLong("config"), help: "Read this file alone, not the files under /etc/bedrock-keyd.")
  var file: String?

  @Option(name: .customLong("runtime-dir"), help: "The daemon's runtime folder, an absolute path.")
  var runtimeFolder: String?

  @Option(name: .customLong("state-dir"), help: "The daemon's state folder, an absolute path.")
  var stateFolder: String?

  @Option(help: "A descriptor to read the start environment from, its entries ended by NUL.")
  var environmentDescriptor: Int32?

  func validate() throws {
    for (option, path) in [("--runtime-dir", runtimeFolder), ("--state-dir", stateFolder)] {
      if let path, !path.hasPrefix("/") { throw ValidationError("cannot use \(option): not an absolute path") }
    }
  }

  func run() throws {
    let loaded = try loadOrExit(try inputs())
    do throws(SystemError) {
      try writeAll(loaded.keeper.encoded, to: STDOUT_FILENO)
    } catch {
      try fail("cannot write the configuration: \(error.reason)", ExitCode(1))
    }
  }

  /// What the options and the environment give; each folder that no option names is the daemon's.
  private func inputs() throws -> ConfigurationInputs {
    let environment = try startEnvironment()
    do {
      let runtime = try runtimeFolder ?? DaemonFolders.runtime(ofDaemonIn: environment, uid: geteuid())
      let state = try stateFolder ?? DaemonFolders.state(ofDaemonIn: environment, uid: geteuid())
      return ConfigurationInputs(file: file, environment: environment, runtimeFolder: runtime, stateFolder: state)
    } catch let error as Failure {
      try fail(error.text, configurationExitCode)
    }
  }

  private func startEnvironment() throws -> Environment {
    guard let environmentDescriptor else { return .ofThisProcess() }
    do throws(SystemError) {
      return Environment(block: try readMemoryFile(environmentDescriptor))
    } catch {
      try fail("cannot read the start environment: \(error.reason)", ExitCode(1))
    }
  }

  private func fail(_ message: String, _ code: ExitCode) throws -> Never {
    try? writeAll(Array("\(message)\n".utf8), to: STDERR_FILENO)
    throw code
  }
}
