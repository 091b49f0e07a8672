import KeyModel

/// Where credentials come from: the keys that share a source share one run of the issuer.
package struct SourceSettings: Hashable, Sendable {
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
    writer.write(list: environment) { $1.write(to: &$0) }
  }

  /// Reads the fields.
  package init(from reader: inout FieldReader) throws(MessageError) {
    profile = try reader.readOptional { (field) throws(MessageError) in try field.readText() }
    environment = try reader.readList { (field) throws(MessageError) in try Variable(from: &field) }
  }
}
