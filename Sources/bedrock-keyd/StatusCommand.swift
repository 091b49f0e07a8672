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

  @Flag(help: "Show it again each second on a terminal, elsewhere whenever it changed, until you end it.")
  var watch = false

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    guard watch else { return try tellOnce() }
    var last: [UInt8]?
    while true {
      if isTerminal(STDOUT_FILENO) {
        // Home, and clear (ECMA-48).
        let screen = "\u{1b}[H\u{1b}[2J" + (json ? text : lines.joined(separator: "\n") + "\n")
        try writeOrEnd(Array(screen.utf8))
      } else if let bytes = try? StatusFile.bytes(in: runtime.folder), bytes != last {
        last = bytes
        try writeOrEnd(json ? bytes : Array((lines.joined(separator: "\n") + "\n").utf8))
      }
      sleepUninterrupted(.seconds(1))
    }
  }

  /// A reader that is gone ends the watch.
  private func writeOrEnd(_ bytes: [UInt8]) throws {
    do throws(SystemError) { try writeAll(bytes, to: STDOUT_FILENO) } catch { throw ExitCode(1) }
  }

  /// The table, or why there is none.
  private var lines: [String] {
    do throws(Failure) { return try table().lines } catch { return ["bedrock-keyd: \(error.text)"] }
  }

  /// status.json, or why there is none.
  private var text: String {
    do throws(Failure) { return String(decoding: try StatusFile.bytes(in: runtime.folder), as: UTF8.self) } catch {
      return "bedrock-keyd: \(error.text)\n"
    }
  }

  private func table() throws(Failure) -> StatusTable {
    let status = try StatusFile.read(in: runtime.folder)
    let isForPeople = isTerminal(STDOUT_FILENO)
    let columns = Int(clinux_terminal_columns(STDOUT_FILENO))
    return StatusTable(
      status: status, isRunning: runtime.isDaemonRunning, now: status.now, isForPeople: isForPeople,
      hasColors: Terminal.hasColors(STDOUT_FILENO), columns: isForPeople && columns > 0 ? columns : nil)
  }

  private func tellOnce() throws {
    do throws(Failure) {
      if json {
        let bytes = try StatusFile.bytes(in: runtime.folder)
        try? writeAll(bytes, to: STDOUT_FILENO)
        return
      }
      for line in try table().lines { writeLine(line, to: STDOUT_FILENO) }
    } catch { try end(error.text, ExitCode(1)) }
  }
}
