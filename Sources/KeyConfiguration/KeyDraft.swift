import KeyModel

/// A `keys.NAME` table.
struct KeyDraft: SettingsTable {
  var enabled = true
  var required = true
  var type = KeyType.shortTerm
  var family = KeyFamily.bedrock
  var region: Region?
  var profile: String?
  var lifetime: Duration = .seconds(43_200)
  var renewBefore: Duration?
  var verify = VerificationPolicy.off
  var units: [String]?
  var readers: [String]?
  var user: String?
  var age: CredentialAge?
  var grace: Duration?
  var adopt: Bool?
  var environment: [VariableSetting] = []
  var outputs: [OutputDraft]?
  var hooks: [HookDraft]?
  var rolesAnywhere: RolesAnywhereDraft?
  var origins: [String: SourcePosition] = [:]

  static let settings: [Setting<KeyDraft>] = [
    Setting("enabled", .flag, \.enabled),
    Setting("required", .flag, \.required),
    Setting("type", .choice([("short-term", .shortTerm), ("long-term", .longTerm)]), \.type),
    Setting("family", .choice([("bedrock", .bedrock), ("claude-platform", .claudePlatform)]), \.family),
    Setting(
      "region", .region, \.region,
      absent: "AWS_REGION, AWS_DEFAULT_REGION, the profile's, the instance metadata's"),
    Setting("profile", .line, \.profile, absent: "AWS_PROFILE, or the profile \"default\""),
    // The life of a short-term key is at most 12 hours (X-Amz-Expires 43200).
    Setting("lifetime", .duration(.seconds(60), .seconds(43_200)), \.lifetime),
    Setting(
      "renew_before", .duration(.seconds(1), .seconds(36_600 * 86_400)), \.renewBefore,
      absent: "a third of the key's life"),
    Setting("verify", .choice([("off", .off), ("warn", .warn), ("require", .require)]), \.verify),
    Setting("units", .list(of: .unit), \.units),
    Setting("readers", .list(of: .account), \.readers),
    Setting("user", .iamUser, \.user),
    Setting("age", .age, \.age),
    Setting("grace", .duration(.seconds(60), .seconds(365 * 86_400)), \.grace),
    Setting("adopt", .flag, \.adopt),
    Setting("environment", .environment, \.environment),
    Setting("roles_anywhere", .table, \.rolesAnywhere),
    Setting("outputs", .tables(), \.outputs),
    Setting("hooks", .tables(), \.hooks),
  ]

  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {
    if rolesAnywhere != nil, profile != nil {
      report.refuse(
        "\(name).profile", at: origins["profile"], "roles_anywhere is the credential source",
        hint: "remove one of them")
    }
    if family == .claudePlatform, verify != .off {
      // https://platform.claude.com/docs/en/build-with-claude/claude-platform-on-aws: each call names a workspace.
      report.refuse(
        "\(name).verify", at: origins["verify"],
        "a key of family \"claude-platform\" cannot be tried: each call needs a workspace, which the key does not name",
        hint: "remove it")
    }
    checkType(name, at: position, &report)
    for (index, output) in (outputs ?? []).enumerated() where output.variables == nil {
      for constant in output.constants where constant.name == family.standardVariable {
        report.refuse(
          "\(name).outputs[\(index)].set.\(constant.name)", at: constant.position, "this variable gets the key")
      }
    }
  }
}

extension SettingKind where Value == String {
  /// The name of a systemd service (systemd.unit(5)).
  static var unit: SettingKind {
    text(allowed: "the name of a unit such as \"app.service\"") { name in
      let isFine = name.utf8.allSatisfy { isWordByte($0) || ":-.\\@".utf8.contains($0) }
      return isFine && name.hasSuffix(".service") && (9...255).contains(name.utf8.count)
        ? nil : "is not a service's name"
    }
  }
}
