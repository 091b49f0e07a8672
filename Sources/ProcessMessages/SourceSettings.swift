import KeyModel

/// Where credentials come from: the keys that share a source share one run of the issuer.
package struct SourceSettings: Hashable, Sendable {
  /// The profile to use, over AWS_PROFILE; nil where none is configured.
  package var profile: String?
  /// The issuer's environment over the start environment, by name.
  package var environment: [Variable]
  /// IAM Roles Anywhere, in place of the credential chain; nil where it is not configured.
  package var rolesAnywhere: RolesAnywhereSettings?

  /// A source by its parts.
  package init(
    profile: String? = nil, environment: [Variable] = [], rolesAnywhere: RolesAnywhereSettings? = nil
  ) {
    self.profile = profile
    self.environment = environment
    self.rolesAnywhere = rolesAnywhere
  }

  /// Writes the fields.
  package func write(to writer: inout FieldWriter) {
    writer.write(optional: profile) { $0.write($1) }
    writer.write(list: environment) { $1.write(to: &$0) }
    writer.write(optional: rolesAnywhere) { $1.write(to: &$0) }
  }

  /// Reads the fields.
  package init(from reader: inout FieldReader) throws(MessageError) {
    profile = try reader.readOptional { (field) throws(MessageError) in try field.readText() }
    environment = try reader.readList { (field) throws(MessageError) in try Variable(from: &field) }
    rolesAnywhere = try reader.readOptional { (field) throws(MessageError) in
      try RolesAnywhereSettings(from: &field)
    }
  }
}

extension RolesAnywhereSettings {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(certificate)
    writer.write(privateKey)
    writer.write(optional: intermediates) { $0.write($1) }
    writer.write(trustAnchor)
    writer.write(profile)
    writer.write(role)
    writer.write(sessionDuration)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    self.init(
      certificate: try reader.readText(), privateKey: try reader.readText(),
      intermediates: try reader.readOptional { (field) throws(MessageError) in try field.readText() },
      trustAnchor: try reader.readText(), profile: try reader.readText(), role: try reader.readText(),
      sessionDuration: try reader.readDuration())
  }
}
