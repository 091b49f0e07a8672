import KeyModel

/// A variable of an environment, or a line of an env file.
package struct Variable: Hashable, Sendable {
  /// The variable's name.
  package var name: String
  /// Its value.
  package var value: String

  /// A variable by its name and value.
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(name)
    writer.write(value)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    name = try reader.readText()
    value = try reader.readText()
  }
}
