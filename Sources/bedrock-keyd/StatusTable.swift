import KeyModel

/// The status as a table: times in words on a terminal, as dates elsewhere.
struct StatusTable {
  let status: StatusFile
  let isRunning: Bool
  let now: Timestamp
  let isForPeople: Bool

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
      key.name, state(key), key.region.isEmpty ? "-" : key.region, time(key.expires), time(key.nextRenewal),
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
    let lines = status.keys.flatMap { key in
      (key.lastError.map { ["\(key.name): \($0)"] } ?? [])
        + key.outputs.compactMap { output in output.error.map { "\(key.name): \($0)" } }
    }
    return lines.isEmpty ? [] : [""] + lines
  }

  private func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      return String(cells.reversed().drop { $0 == " " }.reversed())
    }
  }
}
