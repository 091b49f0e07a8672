/// A value of a TOML document and where it stands.
struct TomlNode: Hashable, Sendable {
  /// The value.
  var value: TomlValue
  /// Where the value begins.
  var position: SourcePosition
}

/// A value of a TOML document; what no setting is made of is kept by its name alone.
indirect enum TomlValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  case boolean(Bool)
  case array([TomlNode])
  case table(TomlTable)
  /// A date, a time or a floating-point number, by its name for messages.
  case other(String)

  /// What it is, for messages: `a string`.
  var typeName: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .boolean: "a boolean"
    case .array: "an array"
    case .table: "a table"
    case .other(let name): name
    }
  }
}

/// A table of a TOML document.
struct TomlTable: Hashable, Sendable {
  /// One key of a table with its value.
  struct Entry: Hashable, Sendable {
    /// Where the key stands.
    var keyPosition: SourcePosition
    /// The value.
    var node: TomlNode
  }

  /// The entries by key.
  var entries: [String: Entry] = [:]

  /// The entries in the order in which they stand in the files.
  var ordered: [(key: String, entry: Entry)] {
    entries.map { ($0.key, $0.value) }.sorted { left, right in
      left.1.keyPosition == right.1.keyPosition ? left.0 < right.0 : left.1.keyPosition < right.1.keyPosition
    }
  }

  /// Takes over another table: tables are merged key by key, of everything else the other's value wins, arrays are
  /// replaced whole.
  mutating func merge(_ other: TomlTable) {
    for (key, theirs) in other.entries {
      guard case .table(var merged)? = entries[key]?.node.value, case .table(let added) = theirs.node.value else {
        entries[key] = theirs
        continue
      }
      // The place of the first mention stays: that is where the table begins.
      entries[key]?.node.value = .boolean(false)  // so that the table is changed in place, not copied
      merged.merge(added)
      entries[key]?.node.value = .table(merged)
    }
  }
}
