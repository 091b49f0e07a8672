import ArgumentParser
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// `bedrock-keyd check`: a monitoring plug-in. Green means that the record was read, lives, and every output holds its
/// key.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge a key, or the worst of the required ones: 0 good, 1 warning, 2 critical, 3 unknown.")

  @Argument(help: "The key's name.")
  var key: String?

  @Option(defaultAsFlag: "60s", help: "Exit 0 as soon as the key lives; wait for that at most so long (60s).")
  var wait: String?

  @Option(help: "Warn below this much life left; else half of the renewal window.")
  var warning: String?

  @Option(help: "Critical below this much life left; else a tenth of the renewal window.")
  var critical: String?

  @OptionGroup var runtime: RuntimeOptions

  func validate() throws {
    _ = try key.map { try keyName($0) }
    for text in [wait, warning, critical] { _ = try duration(text) }
  }

  func run() throws {
    let examiner = KeyExaminer(
      runtime: runtime, warning: try duration(warning), critical: try duration(critical))
    let deadline = ClockReading.now().boot + (try duration(wait) ?? .zero)
    while true {
      let examined = examiner.examine(key)
      if wait != nil && examined.allLive { return tell(.ok, examined) }
      guard ClockReading.now().boot < deadline, !examined.isUnknown else {
        tell(examined.worst, examined)
        throw ExitCode(examined.worst.rawValue)
      }
      usleep(100_000)
    }
  }

  /// One line: the word, what is said of each key, and the performance data after a bar.
  private func tell(_ level: KeyVerdict.Level, _ examined: KeyExaminer.Result) {
    let said = examined.judged.map(\.message).joined(separator: "; ")
    let others =
      examined.others.isEmpty ? "" : " (not required: \(examined.others.map(\.message).joined(separator: "; ")))"
    let performance = (examined.judged + examined.others).map(\.performance).filter { !$0.isEmpty }
    let data = performance.isEmpty ? "" : " | " + performance.joined(separator: " ")
    writeLine("\(level.word): \(said)\(others)\(data)", to: STDOUT_FILENO)
  }

  private func duration(_ text: String?) throws -> Duration? {
    guard let text else { return nil }
    guard let value = Duration(setting: text) else {
      throw ValidationError("cannot use \"\(text)\" as a duration: a number and its unit, as in 90s, 30m or 12h")
    }
    return value
  }
}
