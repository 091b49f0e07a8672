/// How much a finding matters.
package enum Severity: Int, Sendable, CaseIterable, Comparable {
  /// It is as it should be.
  case fine
  /// Worth knowing.
  case note
  /// Keys are made all the same, but something will go wrong or does for others.
  case warning
  /// A key cannot be made, cannot be used or cannot be written.
  case problem

  /// The lesser one comes first.
  package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

  /// The word for people and in JSON.
  package var word: String {
    switch self {
    case .fine: "fine"
    case .note: "note"
    case .warning: "warning"
    case .problem: "problem"
    }
  }
}

/// What was looked at; the raw values stand in the JSON form and never change.
package enum Check: String, Sendable, CaseIterable {
  case configuration, daemon, user, unit, systemd, libcurl, output, file, credentials, identity, region, life, clock
  case endpoint, trial
}

/// One thing that was found. Never holds a secret.
package struct Finding: Hashable, Sendable {
  /// How much it matters.
  package var severity: Severity
  /// What was looked at.
  package var check: Check
  /// One line, lower case, no full stop.
  package var message: String
  /// What to do about it, or empty.
  package var remedy: String
  /// What a program may want to know of it, by name; part of the JSON form.
  package var values: [String: String] = [:]

  /// A finding by its parts.
  package init(_ severity: Severity, _ check: Check, _ message: String, remedy: String = "") {
    self.severity = severity
    self.check = check
    self.message = message
    self.remedy = remedy
  }

  /// The same finding with values.
  func with(_ values: [String: String?]) -> Finding {
    var finding = self
    finding.values = values.compactMapValues { $0 }
    return finding
  }
}

/// Findings about one thing: the machine, or the keys of one source.
package struct FindingGroup: Hashable, Sendable {
  /// What they are about.
  package var title: String
  /// The keys that they are about; none for the machine.
  package var keys: [String]
  /// The findings, in the order in which people read them.
  package var findings: [Finding]

  /// A group by its parts.
  package init(title: String, keys: [String] = [], findings: [Finding]) {
    self.title = title
    self.keys = keys
    self.findings = findings
  }

  /// The worst that was found.
  package var worst: Severity { findings.map(\.severity).max() ?? .fine }
}
