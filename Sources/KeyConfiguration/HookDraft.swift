import KeyModel

/// An element of `keys.NAME.hooks`.
struct HookDraft: SettingsTable {
  var events = [HookEvent.renewed]
  var command: [String] = []
  var timeout: Duration = .seconds(30)
  var origins: [String: SourcePosition] = [:]

  static let settings: [Setting<HookDraft>] = [
    Setting("on", .list(of: .choice(HookEvent.allCases.map { ($0.rawValue, $0) })), \.events),
    Setting("command", .list(of: .line, repetitions: true), \.command, isRequired: true),
    Setting("timeout", .duration(.seconds(1), .seconds(3600)), \.timeout),
  ]

  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {
    guard let program = command.first, !program.hasPrefix("/") else { return }
    report.refuse(
      "\(name).command", at: origins["command"], "\(quoted(program)) is not an absolute path",
      hint: "hooks run without a shell and without a search in PATH")
  }
}
