import ArgumentParser
import CLinux
import Diagnosis
import Glibc
import Issuing
import KeyConfiguration
import KeyModel
import LinuxHost

/// `bedrock-keyd doctor`: what works, what does not, and what to do.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what keeps keys from being made, used or written, and say what to do.",
    discussion: """
      It reads the configuration, resolves the credentials of each source as the daemon would, asks AWS who they are \
      and looks at clock, network, unit and files. Nothing is changed but the caches of logins \
      that are due. The exit code is 0 where nothing is a problem, \
      else 1, or 78 where the configuration is wrong.
      """)

  @Option(name: .customLong("config"), help: "Read this file alone, not the files under /etc/bedrock-keyd.")
  var file: String?

  @Flag(name: .customLong("try"), help: "Make a key for each region and try it on Bedrock; that costs nothing.")
  var isTrying = false

  @Option(help: "With --try: ask this model for a few tokens, which costs a little.")
  var model: String?

  @Flag(help: "Print the findings as JSON.")
  var json = false

  @OptionGroup var runtime: RuntimeOptions

  func validate() throws {
    guard let model else { return }
    guard isTrying else { throw ValidationError("cannot use --model without --try") }
    guard !model.isEmpty else { throw ValidationError("cannot use --model \"\": name a model or an inference profile") }
  }

  func run() throws {
    let report = DoctorReport(isJSON: json)
    let environment = Environment.ofThisProcess()
    let state = try? DaemonFolders.state(ofDaemonIn: environment, uid: geteuid())
    let inputs = ConfigurationInputs(
      file: file, environment: environment, runtimeFolder: runtime.folder,
      stateFolder: state ?? DaemonFolders.systemState)
    let machine = MachineExamination(runtime: runtime, environment: environment)
    let loaded: LoadedConfiguration
    do throws(ConfigurationErrors) { loaded = try loadConfiguration(inputs) } catch {
      try report.tell(machine.observe(failed: error.lines).group)
      try report.end()
      throw configurationExitCode
    }
    var sources = loaded.keeper.sources.indices.map { SourceInQuestion(loaded.keeper, $0, environment) }
    try report.tell(machine.observe(loaded, files: sources.flatMap { $0.files }).group)
    if let model {
      writeLine(
        "bedrock-keyd: asks \(model) for at most 8 tokens in each region of each source; AWS charges for them",
        to: STDERR_FILENO)
    }
    for index in sources.indices {
      if isTrying { sources[index].examination.trial = KeyTrial(model: model) }
      try report.tell(sources[index].observe().group)
    }
    try report.end()
    if report.hasProblem { throw ExitCode(1) }
  }
}
