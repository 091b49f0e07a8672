import KeyModel
import ProcessMessages

/// What differs between short-term and long-term keys.
extension KeyDraft {
  /// The settings that belong to one type alone.
  private static let owners: [String: KeyType] = [
    "lifetime": .shortTerm, "user": .longTerm, "age": .longTerm, "grace": .longTerm, "adopt": .longTerm,
  ]

  /// The life of a key that IAM makes, as AWS advises for access keys (IAM user guide, "Update access keys when needed").
  private static let age = CredentialAge.days(90)
  /// How long the former key stays active, unless keys live too short for it.
  private static let grace: Duration = .seconds(48 * 3600)

  func hasUse(of setting: String) -> Bool { Self.owners[setting].map { $0 == type } ?? true }

  /// Fills in the defaults that depend on the type.
  mutating func fillInDefaults() {
    guard type == .longTerm else { return }
    if origins["verify"] == nil { verify = .require }
    age = age ?? Self.age
    grace = grace ?? min(Self.grace, longestGrace.map { $0 / 2 } ?? Self.grace)
    adopt = adopt ?? false
  }

  /// A key is replaced when half of its life is over at the latest (RenewalPolicy), and then the grace of the one before
  /// must be over, since there is room for two.
  private var longestGrace: Duration? {
    (age ?? Self.age).days.map { .seconds(Int64($0) * 86_400 / 2) }
  }

  /// Whether two keys ask with the same AWS credentials.
  func hasSource(of other: KeyDraft) -> Bool {
    profile == other.profile && rolesAnywhere == other.rolesAnywhere && variables == other.variables
  }

  private var variables: [String: String] {
    Dictionary(environment.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// What a long-term key needs to know beside the rest; nil for a short-term one.
  var longTerm: LongTermSettings? {
    guard type == .longTerm, let user else { return nil }
    return LongTermSettings(
      user: user, ageDays: (age ?? Self.age).days, grace: grace ?? Self.grace, adopts: adopt ?? false)
  }

  /// Refuses settings of the other type, and what a long-term key cannot be.
  func checkType(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {
    for (setting, owner) in Self.owners.sorted(by: { $0.key < $1.key }) where owner != type {
      guard let place = origins[setting] else { continue }
      report.refuse(
        "\(name).\(setting)", at: place, "it belongs to a key of type \"\(owner.rawValue)\"",
        hint: owner == .longTerm ? "set type = \"long-term\", or remove it" : "remove it; age says how long it lives")
    }
    guard type == .longTerm else { return }
    if user == nil && origins["user"] == nil {
      report.refuse("\(name).user", at: position, "it is missing", hint: "a long-term key belongs to an IAM user")
    }
    if family != .bedrock {
      report.refuse("\(name).family", at: origins["family"], "IAM makes long-term keys for Bedrock alone")
    }
    if let grace, let longestGrace, grace > longestGrace {
      report.refuse(
        "\(name).grace", at: origins["grace"], "\"\(grace.setting)\" is more than half of the age",
        hint: "the former key must be over before the next rotation")
    }
  }
}
