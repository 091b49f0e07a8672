import ArgumentParser
import CLinux
import Glibc
import KeyModel
import LinuxHost

/// `bedrock-keyd status`: what the daemon keeps.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the daemon's keys: alive until when, renewed when, failing why.")

  @Flag(help: "Print status.json as it is.")
  var json = false

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    do throws(Failure) {
      if json {
        let bytes = try StatusFile.bytes(in: runtime.folder)
        try? writeAll(bytes, to: STDOUT_FILENO)
        return
      }
      let status = try StatusFile.read(in: runtime.folder)
      let isTerminal = isTerminal(STDOUT_FILENO)
      let table = StatusTable(
        status: status, isRunning: runtime.isDaemonRunning, now: ClockReading.now().wall, isForPeople: isTerminal)
      for line in table.lines { writeLine(line, to: STDOUT_FILENO) }
    } catch { try end(error.text, ExitCode(1)) }
  }
}
