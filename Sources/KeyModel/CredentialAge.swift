/// How long a long-term key lives.
package enum CredentialAge: Hashable, Sendable {
  /// So many days, 1 to 36,600 (IAM API, CredentialAgeDays).
  case days(Int)
  /// For ever.
  case never

  /// What a setting may be.
  package static let rule = "1d to 36600d, or never"

  /// Reads `90d` or `never`; nil for anything else.
  package init?(setting text: some StringProtocol) {
    if text == "never" {
      self = .never
      return
    }
    let digits = text.dropLast()
    guard text.last == "d", digits.utf8.allSatisfy({ (48...57).contains($0) }), let days = Int(digits),
      (1...36_600).contains(days)
    else { return nil }
    self = .days(days)
  }

  /// The days; nil where it never ends.
  package var days: Int? {
    switch self {
    case .days(let count): count
    case .never: nil
    }
  }

  /// The form that is read.
  package var setting: String { days.map { "\($0)d" } ?? "never" }
}
