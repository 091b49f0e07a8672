import KeyModel

/// The `daemon` table.
struct DaemonDraft: SettingsTable {
  var parallel = 8
  var attemptTimeout: Duration = .seconds(30)
  var readyTimeout: Duration = .seconds(60)
  var logLevel = LogLevel.info
  var metricsFile: String?
  var removeOnStop = false
  var controlGroup = "bedrock-keyd"
  var origins: [String: SourcePosition] = [:]

  static let settings: [Setting<DaemonDraft>] = [
    Setting("parallel", .count(1...1000), \.parallel),
    Setting("attempt_timeout", .duration(.seconds(1), .seconds(600)), \.attemptTimeout),
    Setting("ready_timeout", .duration(.seconds(1), .seconds(3600)), \.readyTimeout),
    Setting("log_level", .choice(LogLevel.allCases.map { ($0.word, $0) }), \.logLevel),
    Setting("metrics_file", .path, \.metricsFile),
    Setting("remove_on_stop", .flag, \.removeOnStop),
    Setting("control_group", .account, \.controlGroup),
  ]

  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {}
}
