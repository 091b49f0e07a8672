import KeyModel
import ProcessMessages

extension RotationState.Former {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    credential.write(to: &writer)
    writer.write(optional: graceEnds) { $0.write($1) }
    writer.write(optional: deactivated) { $0.write($1) }
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    credential = try ServiceCredential(from: &reader)
    graceEnds = try reader.readOptional { (field) throws(MessageError) in try field.readTimestamp() }
    deactivated = try reader.readOptional { (field) throws(MessageError) in try field.readTimestamp() }
  }
}

extension RotationState.Pending {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    switch self {
    case .intended(let listed, let moment):
      writer.write("intended")
      writer.write(list: listed) { $0.write($1.text) }
      writer.write(moment)
    case .made(let credential):
      writer.write("made")
      credential.write(to: &writer)
    }
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    switch try reader.readText() {
    case "intended":
      let listed = try reader.readList { (field) throws(MessageError) in try field.readCredentialID() }
      self = .intended(listed: listed, at: try reader.readTimestamp())
    case "made": self = .made(try ServiceCredential(from: &reader))
    default: throw .invalid("pending")
    }
  }
}
