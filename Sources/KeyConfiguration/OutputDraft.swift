import KeyModel
import ProcessMessages

/// The word of an output's format.
enum OutputFormat: String, Hashable, Sendable, CaseIterable {
  case env
  case token
  case json
}

/// An element of `keys.NAME.outputs`.
struct OutputDraft: SettingsTable {
  var path = ""
  var format = OutputFormat.env
  var variables: [String]?
  var constants: [VariableSetting] = []
  var owner: String?
  var group: String?
  var mode: UInt32 = 0o600
  /// The family of the key that goes into it; the key's table says so.
  var family = KeyFamily.bedrock
  var origins: [String: SourcePosition] = [:]

  static let settings: [Setting<OutputDraft>] = [
    Setting("path", .path, \.path, isRequired: true),
    Setting("format", .choice(OutputFormat.allCases.map { ($0.rawValue, $0) }), \.format),
    Setting("variables", .list(of: .variableName), \.variables),
    Setting("set", .constants, \.constants),
    Setting("owner", .account, \.owner, absent: "the daemon's user"),
    Setting("group", .account, \.group, absent: "the daemon's group"),
    Setting("mode", .mode, \.mode),
  ]

  /// The variables that get the key.
  var effectiveVariables: [String] { variables ?? [family.standardVariable] }

  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport) {
    if format != .env {
      for setting in ["variables", "set"] where origins[setting] != nil {
        report.refuse(
          "\(name).\(setting)", at: origins[setting], "a \(format.rawValue) file has no variables",
          hint: "remove it, or use format = \"env\"")
      }
    }
    for constant in constants where variables?.contains(constant.name) == true {
      report.refuse("\(name).set.\(constant.name)", at: constant.position, "this variable gets the key")
    }
  }
}

extension KeyFamily {
  /// The variable that clients read a key of the family from: AWS's SDKs, and Anthropic's (the documentation of both).
  var standardVariable: String {
    switch self {
    case .bedrock: "AWS_BEARER_TOKEN_BEDROCK"
    case .claudePlatform: "ANTHROPIC_AWS_API_KEY"
    }
  }
}
