import ArgumentParser
import Glibc
import KeyConfiguration
import KeyModel
import LinuxHost

/// `bedrock-keyd config`: what the configuration files say.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check and show the configuration.",
    subcommands: [Check.self, Show.self, ConfigCompileCommand.self])

  /// The options that all of them take.
  struct Options: ParsableArguments {
    @Option(name: .customLong("config"), help: "Read this file alone, not the files under /etc/bedrock-keyd.")
    var file: String?

    @Option(name: .customLong("runtime-dir"), help: "The daemon's runtime folder.")
    var runtimeFolder: String?

    /// The configuration as the daemon would see it; its errors go to standard error, and the exit code is 78.
    func load() throws -> LoadedConfiguration {
      let environment = Environment.ofThisProcess()
      let state = try? DaemonFolders.state(ofDaemonIn: environment, uid: geteuid())
      let inputs = ConfigurationInputs(
        file: file, environment: environment,
        runtimeFolder: DaemonFolders.runtime(ofCommandIn: environment, option: runtimeFolder),
        stateFolder: state ?? DaemonFolders.systemState)
      return try loadOrExit(inputs)
    }
  }

  /// `config check`: says what was found, or all that is wrong.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Check the configuration, and name all that is wrong.")
    @OptionGroup var options: Options

    func run() throws {
      let loaded = try options.load()
      for warning in loaded.warnings { writeLine("warning: \(warning)", to: STDERR_FILENO) }
      for line in loaded.summaryLines { writeLine(line, to: STDOUT_FILENO) }
    }
  }

  /// `config show`: all settings in force and where each comes from.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show all settings in force, each with where it comes from.")
    @OptionGroup var options: Options

    func run() throws {
      let text = try options.load().effectiveLines.joined(separator: "\n")
      writeLine(text, to: STDOUT_FILENO)
    }
  }
}

/// EX_CONFIG of sysexits.h: the configuration is wrong.
let configurationExitCode = ExitCode(78)

/// Loads a configuration; what is wrong goes to standard error, one line each, and the command exits with 78.
func loadOrExit(_ inputs: ConfigurationInputs) throws -> LoadedConfiguration {
  do throws(ConfigurationErrors) {
    return try loadConfiguration(inputs)
  } catch {
    for line in error.lines { writeLine(line, to: STDERR_FILENO) }
    throw configurationExitCode
  }
}
