import KeyModel

/// The `keys.NAME.roles_anywhere` table.
struct RolesAnywhereDraft: SettingsTable {
  var certificate = ""
  var privateKey = ""
  var intermediates: String?
  var trustAnchor = ""
  var profile = ""
  var role = ""
  var sessionDuration: Duration = .seconds(3600)
  var origins: [String: SourcePosition] = [:]

  static let settings: [Setting<RolesAnywhereDraft>] = [
    Setting("certificate", .path, \.certificate, isRequired: true),
    Setting("private_key", .path, \.privateKey, isRequired: true),
    Setting("intermediates", .path, \.intermediates, absent: "those that follow in certificate"),
    Setting("trust_anchor_arn", .arn("rolesanywhere", "trust-anchor"), \.trustAnchor, isRequired: true),
    Setting("profile_arn", .arn("rolesanywhere", "profile"), \.profile, isRequired: true),
    Setting("role_arn", .arn("iam", "role"), \.role, isRequired: true),
    // durationSeconds of CreateSession is 900 to 43200 (IAM Roles Anywhere user guide, credential helper).
    Setting("session_duration", .duration(.seconds(900), .seconds(43_200)), \.sessionDuration),
  ]

  /// Resources of IAM Roles Anywhere that are used together are of one account and region (user guide, "concepts").
  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {
    // What is missing or malformed has its own message.
    guard !trustAnchor.isEmpty else { return }
    if compiled.region == nil {
      report.refuse("\(name).trust_anchor_arn", at: origins["trust_anchor_arn"], "it names no region")
    }
    guard !profile.isEmpty else { return }
    for (field, what) in [(3, "region"), (4, "account")] {
      let (ours, theirs) = (
        RolesAnywhereSettings.field(field, of: profile), RolesAnywhereSettings.field(field, of: trustAnchor)
      )
      if ours != theirs {
        report.refuse(
          "\(name).profile_arn", at: origins["profile_arn"],
          "its \(what) \(quoted(ours)) is not the trust anchor's, \(quoted(theirs))")
      }
    }
  }

  /// What the issuer is given.
  var compiled: RolesAnywhereSettings {
    RolesAnywhereSettings(
      certificate: certificate, privateKey: privateKey, intermediates: intermediates, trustAnchor: trustAnchor,
      profile: profile, role: role, sessionDuration: sessionDuration)
  }
}
