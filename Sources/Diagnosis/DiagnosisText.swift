/// Findings for people: a line for each group's title, and each finding behind the word of its severity.
package struct DiagnosisText {
  /// The width that lines are to fit; nil for lines that are never broken, for pipes.
  package var columns: Int?
  /// Whether severities have colors (ECMA-48, select graphic rendition).
  package var hasColors: Bool

  /// A form by its parts.
  package init(columns: Int?, hasColors: Bool) {
    self.columns = columns
    self.hasColors = hasColors
  }

  private static let margin = 11

  /// The lines of a group.
  package func lines(_ group: FindingGroup) -> [String] {
    wrapped(group.title, indent: 0) + group.findings.flatMap(lines)
  }

  /// The last line: how many there are of what matters.
  package func summary(_ groups: [FindingGroup]) -> String {
    let all = groups.flatMap(\.findings)
    func count(_ severity: Severity, _ word: String) -> String? {
      let number = all.count { $0.severity == severity }
      return number == 0 ? nil : "\(number) \(number == 1 ? word : word + "s")"
    }
    let counts = [count(.problem, "problem"), count(.warning, "warning")].compactMap { $0 }
    return counts.isEmpty ? "no problem was found" : counts.joined(separator: ", ")
  }

  private func lines(_ finding: Finding) -> [String] {
    let word = finding.severity.word
    let padding = String(repeating: " ", count: Self.margin - 2 - word.count)
    let body = wrapped(finding.message, indent: Self.margin)
    let first = "  \(colored(word, finding.severity))\(padding)\(body[0].dropFirst(Self.margin))"
    let remedy = finding.remedy.isEmpty ? [] : wrapped("-> \(finding.remedy)", indent: Self.margin)
    return [first] + body.dropFirst() + remedy
  }

  /// Lines that fit, broken at spaces; a longer word stays whole, so that paths and commands can be copied.
  private func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    guard let columns else { return [margin + text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, indent + line.count + 1 + word.count > columns {
        lines.append(margin + line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " \(word)"
      }
    }
    return lines + [margin + line]
  }

  private func colored(_ word: String, _ severity: Severity) -> String {
    guard hasColors else { return word }
    let code =
      switch severity {
      case .fine: 32
      case .note: 36
      case .warning: 33
      case .problem: 31
      }
    return "\u{1b}[\(code)m\(word)\u{1b}[0m"
  }
}
