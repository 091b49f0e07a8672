import KeyModel

/// One row of a table of settings: its name, how its value is read and shown, where it goes. What is allowed stands in
/// the kind, the default is what the draft begins with.
struct Setting<Draft>: Sendable {
  /// The key in the TOML table.
  let name: String
  /// Whether the table is wrong without it.
  let isRequired: Bool
  /// What holds where it is not set and has no default of its own.
  let absent: String
  /// Reads a value into the draft.
  let read: @Sendable (TomlNode, String, inout Draft, inout SettingReport) -> Void
  /// The effective value as TOML; nil where there is none, or where it is a table of its own.
  let show: @Sendable (Draft) -> String?

  /// A row by its parts.
  init<Value>(
    _ name: String, _ kind: SettingKind<Value>, _ target: WritableKeyPath<Draft, Value> & Sendable,
    isRequired: Bool = false, absent: String = ""
  ) {
    self.name = name
    self.isRequired = isRequired
    self.absent = absent
    read = { node, setting, draft, report in
      guard let value = kind.read(node, setting, &report) else { return }
      draft[keyPath: target] = value
    }
    show = { kind.show($0[keyPath: target]) }
  }

  /// A row whose setting is optional: the draft holds nil where it is not set.
  init<Value>(
    _ name: String, _ kind: SettingKind<Value>, _ target: WritableKeyPath<Draft, Value?> & Sendable,
    isRequired: Bool = false, absent: String = ""
  ) {
    self.init(name, kind.optional, target, isRequired: isRequired, absent: absent)
  }
}

/// A TOML table whose settings are the rows of a table.
protocol SettingsTable: Hashable, Sendable {
  /// The settings in the order in which they are shown.
  static var settings: [Setting<Self>] { get }
  /// Where each setting that was given stands.
  var origins: [String: SourcePosition] { get set }
  /// The defaults.
  init()
  /// Whether a setting means anything beside the others.
  func hasUse(of setting: String) -> Bool
  /// Checks what no single row can; `name` is the table's path, `position` where it stands.
  func check(_ name: String, at position: SourcePosition, _ report: inout SettingReport)
}

extension SettingsTable {
  /// Whether a setting means anything beside the others: each does.
  func hasUse(of setting: String) -> Bool { true }

  private static var names: [String] { settings.map(\.name) }

  /// Reads a table by the rows; what is wrong goes into the report, and the defaults stay in its place.
  init(reading table: TomlTable, named name: String, at position: SourcePosition, _ report: inout SettingReport) {
    self.init()
    for (key, entry) in table.entries {
      let setting = "\(name).\(tomlKey(key))"
      guard let row = Self.settings.first(where: { $0.name == key }) else {
        report.refuseUnknown(setting, key, at: entry.keyPosition, among: Self.names)
        continue
      }
      origins[key] = entry.node.position
      row.read(entry.node, setting, &self, &report)
    }
    for row in Self.settings where row.isRequired && origins[row.name] == nil {
      report.refuse("\(name).\(row.name)", at: position, "it is missing", hint: "\(name) needs it")
    }
    check(name, at: position, &report)
  }
}

extension SettingReport {
  /// Notes that there is no such setting, and which one may have been meant.
  mutating func refuseUnknown(
    _ setting: String, _ key: String, at position: SourcePosition, among names: [String]
  ) {
    let meant = nearMatch(key, among: names)
    refuse(
      setting, at: position, "there is no such setting", allowed: names.joined(separator: ", "),
      hint: meant.map { "did you mean \($0)?" } ?? "")
  }
}
