import KeyModel

/// Compares the outputs of all enabled keys with each other and with the folders that the daemon keeps to itself.
struct OutputRules {
  /// The runtime folder.
  let runtimeFolder: String
  private var owners: [String: String] = [:]

  /// Rules for the outputs under and outside a runtime folder.
  init(runtimeFolder: String) { self.runtimeFolder = runtimeFolder }

  /// Reports what is wrong with the outputs of the keys.
  mutating func check(_ keys: [(name: KeyName, key: KeyDraft)], _ report: inout SettingReport) {
    var all: [(setting: String, output: OutputDraft)] = []
    for (name, key) in keys {
      for (index, output) in key.effectiveOutputs(name, runtimeFolder).enumerated() where !output.path.isEmpty {
        let setting = "keys.\(name.text).outputs[\(index)].path"
        all.append((setting, output))
        checkPlace(output, of: name, setting, &report)
      }
    }
    // Those whose place is given come first, so that an error stands where something can be changed.
    let defaults = all.filter { $0.output.origins["path"] == nil }
    for (setting, output) in defaults + all.filter({ $0.output.origins["path"] != nil }) {
      if let other = owners[output.path] {
        report.refuse(setting, at: output.origins["path"], "\(quoted(output.path)) is written by \(other) already")
      } else {
        owners[output.path] = setting
      }
    }
    for (setting, output) in all { checkAbove(output, setting, &report) }
  }

  /// Under the runtime folder only a key's own folder is free, and there not its record.
  private func checkPlace(
    _ output: OutputDraft, of name: KeyName, _ setting: String, _ report: inout SettingReport
  ) {
    guard output.path.hasPrefix("\(runtimeFolder)/") else { return }
    let own = "\(runtimeFolder)/\(name.text)/"
    if output.path == "\(own)record" || output.path.hasPrefix("\(own)record/") {
      report.refuse(
        setting, at: output.origins["path"], "\(quoted(output.path)) is the daemon's own record",
        allowed: "another name in \(own)")
    } else if !output.path.hasPrefix(own) {
      report.refuse(
        setting, at: output.origins["path"], "\(quoted(output.path)) is not in the key's own folder",
        allowed: "\(own)… or a path outside \(runtimeFolder)")
    }
  }

  /// A file cannot be the folder of another.
  private func checkAbove(_ output: OutputDraft, _ setting: String, _ report: inout SettingReport) {
    var path = Substring(output.path)
    while let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      path = path[..<slash]
      guard let other = owners[String(path)] else { continue }
      report.refuse(
        setting, at: output.origins["path"], "\(quoted(output.path)) lies under the file of \(other)")
    }
  }
}

extension KeyDraft {
  /// The outputs that were given, else `env` and `token` in the key's own folder.
  func effectiveOutputs(_ name: KeyName, _ runtimeFolder: String) -> [OutputDraft] {
    if let outputs {
      return outputs.map { given in
        var output = given
        output.family = family
        return output
      }
    }
    return [OutputFormat.env, .token].map { format in
      var output = OutputDraft()
      output.family = family
      output.path = "\(runtimeFolder)/\(name.text)/\(format.rawValue)"
      output.format = format
      return output
    }
  }
}
