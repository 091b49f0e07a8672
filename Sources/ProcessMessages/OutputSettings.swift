import KeyModel

/// One file that a key is written to.
package struct OutputSettings: Hashable, Sendable {
  /// What stands in the file.
  package enum Format: Hashable, Sendable {
    /// `NAME=key` lines, then the constants.
    case env(variables: [String], constants: [Variable])
    /// The key alone, without a newline.
    case token
    /// `{"token","expires_at","region","type"}`.
    case json

    /// The word of the configuration.
    package var word: String {
      switch self {
      case .env: "env"
      case .token: "token"
      case .json: "json"
      }
    }
  }

  /// The absolute path of the file.
  package var path: String
  /// What stands in it.
  package var format: Format
  /// Its permission bits.
  package var mode: UInt32
  /// The user id that shall own it, if not the daemon's own.
  package var owner: UInt32?
  /// The group id it shall have, if not the daemon's own.
  package var group: UInt32?
  /// Why its user or group could not be resolved; such an output fails alone and is tried again.
  package var unresolved: String?

  /// An output by its parts.
  package init(
    path: String, format: Format, mode: UInt32 = 0o600, owner: UInt32? = nil, group: UInt32? = nil,
    unresolved: String? = nil
  ) {
    self.path = path
    self.format = format
    self.mode = mode
    self.owner = owner
    self.group = group
    self.unresolved = unresolved
  }
}

extension OutputSettings {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(path)
    writer.write(format.word)
    if case .env(let variables, let constants) = format {
      writer.write(list: variables) { $0.write($1) }
      writer.write(list: constants) { $1.write(to: &$0) }
    }
    writer.write(Int64(mode))
    writer.write(optional: owner) { $0.write(Int64($1)) }
    writer.write(optional: group) { $0.write(Int64($1)) }
    writer.write(optional: unresolved) { $0.write($1) }
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    path = try reader.readText()
    switch try reader.readText() {
    case "env":
      let variables = try reader.readList { (field) throws(MessageError) in try field.readText() }
      let constants = try reader.readList { (field) throws(MessageError) in try Variable(from: &field) }
      format = .env(variables: variables, constants: constants)
    case "token": format = .token
    case "json": format = .json
    default: throw .invalid("output format")
    }
    mode = try reader.readIdentifier()
    owner = try reader.readOptional { (field) throws(MessageError) in try field.readIdentifier() }
    group = try reader.readOptional { (field) throws(MessageError) in try field.readIdentifier() }
    unresolved = try reader.readOptional { (field) throws(MessageError) in try field.readText() }
  }
}

extension FieldReader {
  /// Reads a user id, group id or mode.
  mutating func readIdentifier() throws(MessageError) -> UInt32 {
    guard let value = UInt32(exactly: try readNumber()) else { throw .invalid("identifier") }
    return value
  }
}
