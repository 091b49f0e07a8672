import KeyModel

/// The metrics file: Prometheus' text format for node_exporter's textfile collector (Prometheus, "Exposition formats").
package struct MetricsDocument: Sendable {
  /// What is counted of one key.
  package struct Key: Sendable {
    /// Its name.
    package var name: KeyName
    /// When the published key dies; nil when it never does or there is none.
    package var expires: Timestamp?
    /// When it was renewed last, since the daemon started.
    package var lastRenewal: Timestamp?
    /// Renewals since the daemon started.
    package var renewals: Int
    /// Failed attempts since the daemon started, by reason.
    package var failures: [FailureReason: Int]

    /// Counts by their parts.
    package init(
      name: KeyName, expires: Timestamp?, lastRenewal: Timestamp?, renewals: Int, failures: [FailureReason: Int]
    ) {
      self.name = name
      self.expires = expires
      self.lastRenewal = lastRenewal
      self.renewals = renewals
      self.failures = failures
    }
  }

  /// The enabled keys.
  package var keys: [Key]

  /// A document of keys.
  package init(keys: [Key]) { self.keys = keys }

  /// The document's text. Key names need no escaping in a label.
  package var text: String {
    var lines: [String] = []
    add(&lines, "key_expiration_timestamp_seconds", "gauge", "When the published key dies.") { key in
      key.expires.map { [("", $0.seconds)] } ?? []
    }
    add(&lines, "key_last_renewal_timestamp_seconds", "gauge", "When the key was renewed last.") { key in
      key.lastRenewal.map { [("", $0.seconds)] } ?? []
    }
    add(&lines, "renewals_total", "counter", "Renewals since the daemon started.") { [("", Int64($0.renewals))] }
    add(&lines, "failures_total", "counter", "Failed attempts since the daemon started.") { key in
      FailureReason.allCases.map { (",reason=\"\($0.rawValue)\"", Int64(key.failures[$0] ?? 0)) }
    }
    lines += [
      "# HELP bedrock_keyd_build_info The version that runs.", "# TYPE bedrock_keyd_build_info gauge",
      "bedrock_keyd_build_info{version=\"\(productVersion)\"} 1", "",
    ]
    return lines.joined(separator: "\n")
  }

  private func add(
    _ lines: inout [String], _ name: String, _ type: String, _ help: String, _ values: (Key) -> [(String, Int64)]
  ) {
    lines += ["# HELP bedrock_keyd_\(name) \(help)", "# TYPE bedrock_keyd_\(name) \(type)"]
    for key in keys {
      for (labels, value) in values(key) {
        lines.append("bedrock_keyd_\(name){key=\"\(key.name.text)\"\(labels)} \(value)")
      }
    }
  }
}
