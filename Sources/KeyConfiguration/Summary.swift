import KeyModel

extension LoadedConfiguration {
  /// What `config check` tells: the files that were read, the keys, and that nothing is wrong.
  package var summaryLines: [String] {
    var lines = files.map { "read \($0)" }
    if files.isEmpty { lines.append("found no configuration file: the key comes from the standard AWS environment") }
    let names = keeper.keys.map(\.name.text)
    lines.append("\(names.count) \(names.count == 1 ? "key" : "keys"): \(Self.list(names))")
    if !disabledKeys.isEmpty { lines.append("not enabled: \(Self.list(disabledKeys.map(\.text)))") }
    let sources = keeper.sources.count
    lines.append("\(sources) credential \(sources == 1 ? "source" : "sources")")
    lines.append("the configuration is valid")
    return lines
  }

  /// What is not wrong with the files but will keep an output from being written.
  package var warnings: [String] {
    keeper.keys.flatMap { key in
      key.outputs.compactMap { output in
        output.unresolved.map { "cannot write \(output.path) of the key \(key.name.text): \($0)" }
      }
    }
  }

  /// The first names, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return names.count > 20 ? "\(shown), and \(names.count - 20) more" : shown
  }
}
