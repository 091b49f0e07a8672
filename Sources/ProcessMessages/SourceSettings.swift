import KeyModel

/// Where credentials come from: the keys that share a source share one run of the issuer.
package struct SourceSettings: Hashable, Sendable {
  /// A variable of the issuer's environment.
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
  }

  /// The profile to use, over AWS_PROFILE; nil where none is configured.
  package var profile: String?
  /// The issuer's environment over the start environment, by name.
  package var environment: [Variable]

  /// A source by its parts.
  package init(profile: String? = nil, environment: [Variable] = []) {
    self.profile = profile
    self.environment = environment
  }

  /// Writes the fields.
  package func write(to writer: inout FieldWriter) {
    writer.write(optional: profile) { $0.write($1) }
    writer.write(list: environment) {
      $0.write($1.name)
      $0.write($1.value)
    }
  }

  /// Reads the fields.
  package init(from reader: inout FieldReader) throws(MessageError) {
    profile = try reader.readOptional { (field) throws(MessageError) in try field.readText() }
    environment = try reader.readList { (field) throws(MessageError) in
      Variable(name: try field.readText(), value: try field.readText())
    }
  }
}
