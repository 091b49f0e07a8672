import KeyModel

/// A line of a configuration file that cannot be read.
struct INIError: Error, Hashable {
  /// Its number, from 1.
  let line: Int
  /// What is wrong with it; never its content, which may be a secret.
  let reason: String
}

/// Parses AWS's configuration files as botocore does, which reads them with Python's RawConfigParser: `=` or `:` after
/// a name, comments on lines of their own, deeper indented lines continue a value, `[DEFAULT]` gives values to all
/// sections, nothing may stand twice. A byte order mark is skipped.
struct INIFile {
  /// The sections by their names, brackets excluded, in the file's order.
  private(set) var sections: [(name: String, profile: Profile)] = []

  private var names: [String] = []
  private var values: [String: [String: [String]]] = [:]
  private var lines: [String: [String: Int]] = [:]
  private var defaults: [String: [String]] = [:]
  private var section: String?
  private var option: String?
  private var indentation = 0

  /// Parses a file's bytes.
  init(_ bytes: [UInt8]) throws(INIError) {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    guard let text = String(validating: rest, as: UTF8.self) else {
      throw INIError(line: 1, reason: "the file is not UTF-8")
    }
    for (index, line) in universalLines(text).enumerated() { try read(line, index + 1) }
    for name in names {
      var settings: [String: ProfileValue] = [:]
      for (option, parts) in defaults.merging(values[name] ?? [:], uniquingKeysWith: { $1 }) {
        settings[option] = try value(parts, at: lines[name]?[option] ?? 1)
      }
      sections.append((name, Profile(settings)))
    }
  }

  private mutating func read(_ line: Substring.UnicodeScalarView, _ number: Int) throws(INIError) {
    let content = stripped(line)
    guard let first = content.first else {
      // An empty line inside a value belongs to it; the end of the value is stripped later.
      if option != nil { append("") }
      return
    }
    if first == "#" || first == ";" { return }
    let depth = line.prefix { isBlank($0) }.count
    if section != nil, option != nil, depth > indentation { return append(String(content)) }
    indentation = depth
    if first == "[", let end = content.lastIndex(of: "]"), content.index(after: content.startIndex) < end {
      return try open(String(content[content.index(after: content.startIndex)..<end]), number)
    }
    guard section != nil else { throw INIError(line: number, reason: "a section in brackets must come first") }
    try set(content, number)
  }

  private mutating func open(_ name: String, _ number: Int) throws(INIError) {
    guard name == "DEFAULT" || values[name] == nil else {
      throw INIError(line: number, reason: "section [\(name)] stands twice")
    }
    if name != "DEFAULT" {
      names.append(name)
      values[name] = [:]
    }
    section = name
    option = nil
  }

  private mutating func set(_ content: Substring.UnicodeScalarView, _ number: Int) throws(INIError) {
    guard let delimiter = content.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
      throw INIError(line: number, reason: "expected a section in brackets or NAME = VALUE")
    }
    let name = String(stripped(content[..<delimiter])).lowercased()
    guard !name.isEmpty else { throw INIError(line: number, reason: "a name is missing before the = sign") }
    let section = section ?? ""
    guard lines[section]?[name] == nil else {
      throw INIError(line: number, reason: "\(name) stands twice in [\(section)]")
    }
    lines[section, default: [:]][name] = number
    option = name
    append(String(stripped(content[content.index(after: delimiter)...])))
  }

  private mutating func append(_ part: String) {
    guard let section, let option else { return }
    if section == "DEFAULT" {
      defaults[option, default: []].append(part)
    } else {
      values[section, default: [:]][option, default: []].append(part)
    }
  }

  /// A value whose first line is empty holds settings of its own.
  private func value(_ parts: [String], at line: Int) throws(INIError) -> ProfileValue {
    var parts = parts
    while parts.count > 1, parts.last == "" { parts.removeLast() }
    guard parts.count > 1, parts[0].isEmpty else { return .text(parts.joined(separator: "\n")) }
    var settings: [String: String] = [:]
    for part in parts where !part.isEmpty {
      let scalars = part[...].unicodeScalars
      guard let equals = scalars.firstIndex(of: "=") else {
        throw INIError(line: line, reason: "the indented lines after it must each be NAME = VALUE")
      }
      let name = String(stripped(scalars[..<equals]))
      settings[name] = String(stripped(scalars[scalars.index(after: equals)...]))
    }
    return .nested(settings)
  }
}

/// Lines that end in LF, CR LF or CR.
private func universalLines(_ text: String) -> [Substring.UnicodeScalarView] {
  let scalars = text[...].unicodeScalars
  var lines: [Substring.UnicodeScalarView] = []
  var start = scalars.startIndex
  var index = start
  while index < scalars.endIndex {
    let next = scalars.index(after: index)
    if scalars[index] == "\n" || scalars[index] == "\r" {
      lines.append(scalars[start..<index])
      let isPair = scalars[index] == "\r" && next < scalars.endIndex && scalars[next] == "\n"
      start = isPair ? scalars.index(after: next) : next
      index = start
    } else {
      index = next
    }
  }
  lines.append(scalars[start...])
  return lines
}

/// What Python's str.strip takes for blank.
private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
}

/// Without the blanks at both ends.
private func stripped(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
  let start = text.firstIndex { !isBlank($0) } ?? text.endIndex
  let end = text.lastIndex { !isBlank($0) }.map { text.index(after: $0) } ?? start
  return text[start..<max(start, end)]
}
