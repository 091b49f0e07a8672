import KeyModel

/// A variable of an `environment` or `set` table.
struct VariableSetting: Hashable, Sendable {
  /// Its name.
  var name: String
  /// Its value.
  var value: String
  /// Where the value stands.
  var position: SourcePosition
}

/// What a variable may be called (POSIX, Environment Variables: and not begin with a digit).
private let nameRule = "letters, digits and _, not a digit first"

/// Whether a text can be the name of a variable in every shell and reader.
func isVariableName(_ text: String) -> Bool {
  guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
  return text.utf8.allSatisfy(isWordByte)
}

extension SettingKind where Value == String {
  /// The name of a variable.
  static var variableName: SettingKind {
    text(allowed: nameRule) { isVariableName($0) ? nil : "is not a variable's name" }
  }
}

extension SettingKind where Value == [VariableSetting] {
  /// The constants of an env file: values that systemd, shells, docker, compose and dotenv all read alike unquoted.
  static var constants: SettingKind {
    let rule = "letters, digits and _./:@%+,=-"
    return variables { name, value in
      let allowed = { (byte: UInt8) in isWordByte(byte) || "./:@%+,=-".utf8.contains(byte) }
      let other = value.unicodeScalars.first { !$0.isASCII || !allowed(UInt8(ascii: $0)) }
      return other.map { ("the character \(quoted(String($0))) is not allowed", "", rule) }
    }
  }

  /// The issuer's environment over the start environment. Configuration files are read by many, so what is secret is
  /// refused; values never stand in messages.
  static var environment: SettingKind {
    variables { name, value in
      if isSecretVariable(name) {
        return (
          "credentials and other secrets do not belong in a configuration file", secretHint,
          "variables that hold no secret"
        )
      }
      return value.unicodeScalars.contains(where: isControl)
        ? ("the value is not of one line", "", "text of one line") : nil
    }
  }

  /// A table of variables; the rule judges their values.
  private static func variables(_ rule: @escaping VariableRule) -> SettingKind {
    SettingKind(show: { _ in nil }) { node, setting, report in
      guard case .table(let table) = node.value else {
        report.refuse(
          setting, at: node.position, "\(node.value.typeName) cannot stand here", allowed: "a table of strings")
        return nil
      }
      return table.ordered.compactMap { name, entry in
        readVariable(name, entry, "\(setting).\(tomlKey(name))", rule, &report)
      }
    }
  }
}

/// Judges a variable's value by its name and value: nil where it is allowed.
private typealias VariableRule =
  @Sendable (_ name: String, _ value: String) -> (problem: String, hint: String, allowed: String)?

/// Reads one variable, or reports what is wrong with it.
private func readVariable(
  _ name: String, _ entry: TomlTable.Entry, _ setting: String, _ rule: VariableRule, _ report: inout SettingReport
) -> VariableSetting? {
  let position = entry.node.position
  guard isVariableName(name) else {
    report.refuse(setting, at: entry.keyPosition, "\(quoted(name)) is not a variable's name", allowed: nameRule)
    return nil
  }
  guard case .string(let value) = entry.node.value else {
    report.refuse(setting, at: position, "\(entry.node.value.typeName) cannot stand here", allowed: "a string")
    return nil
  }
  if let wrong = rule(name, value) {
    report.refuse(setting, at: position, wrong.problem, allowed: wrong.allowed, hint: wrong.hint)
  }
  return VariableSetting(name: name, value: value, position: position)
}

/// Where secrets belong instead.
private let secretHint =
  "use a credentials file, or LoadCredential= or EnvironmentFile= of the unit with a file of mode 0600"

/// Whether a variable holds a secret by its name. An access key id alone is no secret, but it comes with one.
func isSecretVariable(_ name: String) -> Bool {
  let known: Set = [
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  ]
  return known.contains(name) || name.hasPrefix("AWS_BEARER_TOKEN_") || mayHoldSecret(name)
}

/// Whether the name of a variable speaks of a secret; one that ends in _FILE names where it is.
func mayHoldSecret(_ name: String) -> Bool {
  let upper = name.uppercased()
  if upper.hasSuffix("_FILE") { return false }
  if ["API_KEY", "ACCESS_KEY", "PRIVATE_KEY"].contains(where: upper.hasSuffix) { return true }
  // The ends of words: a variable such as MAX_TOKENS counts something.
  return upper.split(separator: "_").contains { word in
    ["SECRET", "TOKEN", "PASSWORD"].contains { word.hasSuffix($0) }
  }
}

/// A variable's value without what may be secret in it: all of it where the name speaks of a secret, else the user and
/// password of a URL, such as a proxy's.
func withoutSecret(_ variable: VariableSetting) -> String {
  if mayHoldSecret(variable.name) { return "***" }
  let value = variable.value
  guard let scheme = value.firstRange(of: "://") else { return value }
  let authority = value[scheme.upperBound...].prefix { $0 != "/" }
  guard let at = authority.lastIndex(of: "@") else { return value }
  return "\(value[..<scheme.upperBound])***\(value[at...])"
}
