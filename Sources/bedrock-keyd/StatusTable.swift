import KeyModel

/// The status as a table: times in words on a terminal, as dates elsewhere.
struct StatusTable {
  let status: StatusFile
  let isRunning: Bool
  let now: Timestamp
  let isForPeople: Bool
  /// Whether states have colors (ECMA-48, select graphic rendition).
  var hasColors = false
  /// The width that the table is to fit, if any.
  var columns: Int?

  /// The lines, without newlines.
  var lines: [String] {
    let head =
      isRunning
      ? "bedrock-keyd runs with pid \(status.pid), since \(status.started)"
      : "bedrock-keyd does not run; this is what it left"
    let rows = [["KEY", "STATE", "REGION", "EXPIRES", "NEXT RENEWAL", "CREDENTIALS"]] + status.keys.map(row)
    return [head + (status.degraded ? "; degraded: a required key has no live file" : ""), ""] + aligned(rows)
      + problems
  }

  private func row(_ key: StatusFile.Key) -> [String] {
    [
      key.name, state(key), key.region.isEmpty ? "-" : key.region,
      key.expires == nil && key.issued != nil ? "never" : time(key.expires), time(key.nextRenewal),
      key.credentialSource ?? "-",
    ]
  }

  /// A key that the file calls alive may have died since nobody renews it.
  private func state(_ key: StatusFile.Key) -> String {
    guard let end = key.expiration, end <= now else { return key.state }
    return "expired"
  }

  private func time(_ text: String?) -> String {
    guard let text else { return "-" }
    guard isForPeople, let moment = Timestamp(rfc3339: text) else { return text }
    return moment > now ? "in \((moment - now).words)" : "\((now - moment).words) ago"
  }

  private var problems: [String] {
    let clock =
      ClockSkew.isTolerated(status.skew)
      ? [] : ["the clock of this machine is \(ClockSkew.words(status.skew)); times here are AWS's"]
    let lines =
      clock
      + status.keys.flatMap { key in
        (key.lastError.map { ["\(key.name): \($0)"] } ?? [])
          + key.outputs.compactMap { output in output.error.map { "\(key.name): \($0)" } }
      }
    return lines.isEmpty ? [] : [""] + lines
  }

  /// The least needed column goes first where there is no room; the key, its state and its end stay.
  private func aligned(_ rows: [[String]]) -> [String] {
    TextTable(rows: rows, expendable: [5, 2, 4], columns: columns).lines { text, row, column in
      row > 0 && column == 1 ? colored(text, rows[row][column]) : text
    }
  }

  private func colored(_ text: String, _ state: String) -> String {
    guard hasColors else { return text }
    let code =
      switch state {
      case "valid": 32
      case "expired", "ambiguous": 31
      default: 33
      }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }
}
