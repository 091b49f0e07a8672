import KeyModel

extension LoadedConfiguration {
  /// All settings in force as lines of TOML that read back as the same configuration, each with where it comes from:
  /// `# path:line` or `# default`. Nothing secret is shown: `***` stands in
  /// its place.
  package var effectiveLines: [String] {
    var lines = ["[daemon]"] + shown(draft.daemon)
    for (name, key) in draft.keys {
      lines += ["", "[keys.\(name.text)]"] + shown(key)
      if !key.environment.isEmpty {
        lines += ["", "[keys.\(name.text).environment]"] + key.environment.map(shownVariable)
      }
      if let anywhere = key.rolesAnywhere { lines += ["", "[keys.\(name.text).roles_anywhere]"] + shown(anywhere) }
      for output in key.effectiveOutputs(name, keeper.runtimeFolder) {
        lines += ["", "[[keys.\(name.text).outputs]]"] + shown(output)
        lines += shownVariables(of: output)
      }
      for hook in key.hooks ?? [] { lines += ["", "[[keys.\(name.text).hooks]]"] + shown(hook) }
    }
    return lines
  }

  private func shown<Table: SettingsTable>(_ table: Table) -> [String] {
    Table.settings.compactMap { setting in
      let origin = table.origins[setting.name]
      if !table.hasUse(of: setting.name) { return nil }
      if let value = setting.show(table) { return "\(setting.name) = \(value)  # \(place(origin))" }
      return setting.absent.isEmpty ? nil : "# \(setting.name) is not set: \(setting.absent)"
    }
  }

  /// An env file's variables where they are the default, and its constants in one inline table.
  private func shownVariables(of output: OutputDraft) -> [String] {
    guard output.format == .env else { return [] }
    var lines: [String] = []
    if output.variables == nil { lines.append("variables = \(tomlStrings(output.effectiveVariables))  # default") }
    if !output.constants.isEmpty {
      let pairs = output.constants.map { "\($0.name) = \(tomlString(withoutSecret($0)))" }.joined(separator: ", ")
      lines.append("set = { \(pairs) }  # \(place(output.origins["set"]))")
    }
    return lines
  }

  private func shownVariable(_ variable: VariableSetting) -> String {
    "\(variable.name) = \(tomlString(withoutSecret(variable)))  # \(place(variable.position))"
  }

  private func place(_ origin: SourcePosition?) -> String {
    guard let origin else { return "default" }
    // A path is text of others: it must not end the comment.
    let path = String(String.UnicodeScalarView(origin.path.unicodeScalars.map { isControl($0) ? "?" : $0 }))
    return "\(path):\(origin.line)"
  }
}
