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
    Setting("intermediates", .path, \.intermediates),
    Setting("trust_anchor_arn", .arn("rolesanywhere", "trust-anchor"), \.trustAnchor, isRequired: true),
    Setting("profile_arn", .arn("rolesanywhere", "profile"), \.profile, isRequired: true),
    Setting("role_arn", .arn("iam", "role"), \.role, isRequired: true),
    // durationSeconds of CreateSession is 900 to 43200 (IAM Roles Anywhere user guide, credential helper).
    Setting("session_duration", .duration(.seconds(900), .seconds(43_200)), \.sessionDuration),
  ]

  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {}
}
