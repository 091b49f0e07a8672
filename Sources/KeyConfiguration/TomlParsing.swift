import CToml

/// Parses a file's bytes; the error carries its place and the parser's words.
func parseToml(_ bytes: [UInt8], path: String, file: Int) throws(ConfigurationError) -> TomlTable {
  let document = bytes.withUnsafeBytes { ctoml_parse($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
  guard let document else {
    throw ConfigurationError(path, at: nil, "out of memory")
  }
  defer { ctoml_free(document) }
  var line: UInt32 = 0
  var column: UInt32 = 0
  if let reason = ctoml_error(document, &line, &column) {
    let position = SourcePosition(file: file, path: path, line: Int(line), column: Int(column))
    throw ConfigurationError("the file", at: position, oneLine(String(cString: reason)))
  }
  var count = 0
  let nodes = UnsafeBufferPointer(start: ctoml_nodes(document, &count), count: count)
  var walk = TomlWalk(nodes: nodes, path: path, file: file)
  guard case .table(let table) = walk.next().entry.node.value else { return TomlTable() }
  return table
}

/// The parser's words as our messages are: one line, lower case at the front, no full stop.
private func oneLine(_ reason: String) -> String {
  var text = reason.split(whereSeparator: \.isNewline).joined(separator: " ")
  while text.hasSuffix(".") { text.removeLast() }
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// Builds values from the flat list of nodes.
private struct TomlWalk {
  let nodes: UnsafeBufferPointer<ctoml_node>
  let path: String
  let file: Int
  var index = 0

  init(nodes: UnsafeBufferPointer<ctoml_node>, path: String, file: Int) {
    self.nodes = nodes
    self.path = path
    self.file = file
  }

  /// The node at the index and all below it; the index is then behind them.
  mutating func next() -> (key: String?, entry: TomlTable.Entry) {
    let node = nodes[index]
    index += 1
    let value = value(of: node)
    let place = position(node.line, node.column)
    let entry = TomlTable.Entry(
      keyPosition: node.key == nil ? place : position(node.key_line, node.key_column),
      node: TomlNode(value: value, position: place))
    return (text(node.key, node.key_length), entry)
  }

  private mutating func value(of node: ctoml_node) -> TomlValue {
    switch node.kind {
    case CTOML_TABLE:
      var table = TomlTable()
      table.entries.reserveCapacity(node.children)
      for _ in 0..<node.children {
        let (key, entry) = next()
        table.entries[key ?? ""] = entry
      }
      return .table(table)
    case CTOML_ARRAY: return .array((0..<node.children).map { _ in next().entry.node })
    case CTOML_STRING: return .string(text(node.text, node.text_length) ?? "")
    case CTOML_INTEGER: return .integer(node.integer)
    case CTOML_BOOLEAN: return .boolean(node.integer != 0)
    case CTOML_FLOAT: return .other("a floating-point number")
    default: return .other("a date or time")
    }
  }

  private func position(_ line: UInt32, _ column: UInt32) -> SourcePosition {
    SourcePosition(file: file, path: path, line: Int(line), column: Int(column))
  }

  private func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String? {
    guard let start else { return nil }
    // The parser has refused what is not UTF-8 already.
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }
}
