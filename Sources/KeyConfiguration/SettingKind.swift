/// How the values of a setting are read, what is allowed, how they are shown.
struct SettingKind<Value: Sendable>: Sendable {
  /// Reads a value, or reports what is wrong with it; the text is the setting's path.
  let read: @Sendable (TomlNode, String, inout SettingReport) -> Value?
  /// The value as TOML; nil where there is nothing to show in one line.
  let show: @Sendable (Value) -> String?

  /// A kind by its parts.
  init(
    show: @escaping @Sendable (Value) -> String?,
    read: @escaping @Sendable (TomlNode, String, inout SettingReport) -> Value?
  ) {
    self.read = read
    self.show = show
  }

  /// A kind whose values are single values: the reading tells what is wrong, the rest of the message is the same.
  init(
    allowed: String, show: @escaping @Sendable (Value) -> String?,
    reading: @escaping @Sendable (TomlValue) -> Reading<Value>
  ) {
    self.show = show
    read = { node, setting, report in
      switch reading(node.value) {
      case .value(let value): return value
      case .wrong(let problem): report.refuse(setting, at: node.position, problem, allowed: allowed)
      case .wrongType:
        report.refuse(setting, at: node.position, "\(node.value.typeName) cannot stand here", allowed: allowed)
      }
      return nil
    }
  }

  /// The same for a setting that may be absent.
  var optional: SettingKind<Value?> {
    SettingKind<Value?>(show: { $0.flatMap { show($0) } }, read: { read($0, $1, &$2).map { .some($0) } })
  }
}

/// What reading a single value came to.
enum Reading<Value> {
  /// It is allowed.
  case value(Value)
  /// It is not, for this reason.
  case wrong(String)
  /// It is of a TOML type that is never allowed there.
  case wrongType
}

/// A string as TOML writes it: a basic string, control characters escaped.
func tomlString(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": quoted += "\\\(scalar)"
    case "\n": quoted += "\\n"
    case "\t": quoted += "\\t"
    case "\u{0}"..."\u{1f}", "\u{7f}":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}

/// A key as TOML writes it: bare where it can be.
func tomlKey(_ key: String) -> String {
  let isBare = !key.isEmpty && key.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") }
  return isBare ? key : tomlString(key)
}

/// A list of strings as TOML writes it.
func tomlStrings(_ texts: [String]) -> String { "[\(texts.map(tomlString).joined(separator: ", "))]" }

/// A value in a message: quoted, and shortened where it is long.
func quoted(_ text: String) -> String {
  text.unicodeScalars.count <= 60 ? tomlString(text) : tomlString(String(text.prefix(57))) + "…"
}
