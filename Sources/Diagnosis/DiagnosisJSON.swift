import FoundationEssentials

/// The stable form for programs:
/// `{"version":1,"result","findings":[{"severity","check","keys","message","remedy","values"}]}`. `result` is the worst
/// severity (fine, note, warning, problem), `keys` are the names that a finding is about (none for the machine), `remedy`
/// is null where there is nothing to do, `values` are texts by name (an identity's arn, a region, a path). Messages and
/// remedies are for people and may change.
package struct DiagnosisJSON: Encodable {
  private struct Entry: Encodable {
    let severity, check: String
    let keys: [String]
    let message: String
    let remedy: String?
    let values: [String: String]

    enum CodingKeys: CodingKey {
      case severity, check, keys, message, remedy, values
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(severity, forKey: .severity)
      try container.encode(check, forKey: .check)
      try container.encode(keys, forKey: .keys)
      try container.encode(message, forKey: .message)
      // Also where it is null, so that every finding has every member.
      try container.encode(remedy, forKey: .remedy)
      try container.encode(values, forKey: .values)
    }
  }

  private let version = 1
  private let result: String
  private let findings: [Entry]

  /// The form of the groups.
  package init(_ groups: [FindingGroup]) {
    result = (groups.map(\.worst).max() ?? .fine).word
    findings = groups.flatMap { group in
      group.findings.map {
        Entry(
          severity: $0.severity.word, check: $0.check.rawValue, keys: group.keys, message: $0.message,
          remedy: $0.remedy.isEmpty ? nil : $0.remedy, values: $0.values)
      }
    }
  }

  /// One line of JSON and its end.
  package func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}
