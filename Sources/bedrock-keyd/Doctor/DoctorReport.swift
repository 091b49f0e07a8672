import ArgumentParser
import CLinux
import Diagnosis
import Glibc
import LinuxHost

/// Tells findings as they come, or all together as JSON.
final class DoctorReport {
  private let isJSON: Bool
  private let form: DiagnosisText
  private var groups: [FindingGroup] = []

  /// A report on standard output, for people or as JSON.
  init(isJSON: Bool) {
    self.isJSON = isJSON
    let columns = isTerminal(STDOUT_FILENO) ? Int(clinux_terminal_columns(STDOUT_FILENO)) : 0
    form = DiagnosisText(columns: columns > 0 ? columns : nil, hasColors: Terminal.hasColors(STDOUT_FILENO))
  }

  /// Whether anything is a problem.
  var hasProblem: Bool { groups.contains { $0.worst == .problem } }

  /// Tells a group, or keeps it for the end.
  func tell(_ group: FindingGroup) throws {
    groups.append(group)
    guard !isJSON else { return }
    let lines = form.lines(group) + [""]
    try write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Tells what there is to tell at the end.
  func end() throws {
    try write(isJSON ? DiagnosisJSON(groups).encoded() : Array((form.summary(groups) + "\n").utf8))
  }

  /// A reader that is gone ends the command.
  private func write(_ bytes: [UInt8]) throws {
    do throws(SystemError) { try writeAll(bytes, to: STDOUT_FILENO) } catch { throw ExitCode(1) }
  }
}
