import KeyModel

/// Everything the files say, read by the tables of settings, before names are resolved and keys compared.
struct ConfigurationDraft: Sendable {
  var daemon = DaemonDraft()
  var keys: [(name: KeyName, key: KeyDraft)] = []

  /// Reads the merged files. Without any `keys` there is one key, `default`, with all its defaults.
  init(_ root: TomlTable, _ report: inout SettingReport) {
    for (name, entry) in root.ordered {
      switch (name, entry.node.value) {
      case ("daemon", .table(let table)):
        daemon = DaemonDraft(reading: table, named: name, at: entry.node.position, &report)
      case ("keys", .table(let table)): readKeys(table, &report)
      case ("daemon", _), ("keys", _):
        report.refuse(
          name, at: entry.node.position, "\(entry.node.value.typeName) cannot stand here", allowed: "a table")
      default: report.refuseUnknown(tomlKey(name), name, at: entry.keyPosition, among: ["daemon", "keys"])
      }
    }
    guard let given = root.entries["keys"] else {
      keys = KeyName("default").map { [($0, KeyDraft())] } ?? []
      return
    }
    guard case .table(let table) = given.node.value, keys.count == table.entries.count else { return }
    if keys.allSatisfy({ !$0.key.enabled }) {
      report.refuse(
        "keys", at: given.keyPosition, "no key is enabled", hint: "add a table [keys.default], or enable one")
    }
  }

  private mutating func readKeys(_ table: TomlTable, _ report: inout SettingReport) {
    for (text, entry) in table.ordered {
      guard let name = KeyName(text) else {
        report.refuse(
          "keys.\(tomlKey(text))", at: entry.keyPosition, "\(quoted(text)) is not a key's name", allowed: KeyName.rule)
        continue
      }
      guard var key = SettingKind<KeyDraft>.table.read(entry.node, "keys.\(tomlKey(text))", &report) else { continue }
      key.fillInDefaults()
      keys.append((name, key))
    }
    keys.sort { $0.name < $1.name }
  }
}
