import KeyModel

extension ServiceCredential {
  /// Writes the fields.
  package func write(to writer: inout FieldWriter) {
    writer.write(id.text)
    writer.write(created)
    writer.write(optional: expires) { $0.write($1) }
    writer.write(status)
  }

  /// Reads the fields.
  package init(from reader: inout FieldReader) throws(MessageError) {
    self.init(
      id: try reader.readCredentialID(), created: try reader.readTimestamp(),
      expires: try reader.readOptional { (field) throws(MessageError) in try field.readTimestamp() },
      status: try reader.readValue())
  }
}

extension FieldReader {
  /// Reads the id of a credential.
  package mutating func readCredentialID() throws(MessageError) -> CredentialID {
    guard let id = CredentialID(try readText()) else { throw .invalid("credential id") }
    return id
  }
}
