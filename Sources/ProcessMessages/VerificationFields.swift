import KeyModel

extension Verification {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    switch self {
    case .accepted: writer.write("accepted")
    case .refused(let failure):
      writer.write("refused")
      failure.write(to: &writer)
    case .inconclusive(let failure):
      writer.write("inconclusive")
      failure.write(to: &writer)
    }
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    switch try reader.readText() {
    case "accepted": self = .accepted
    case "refused": self = .refused(try Failure(from: &reader))
    case "inconclusive": self = .inconclusive(try Failure(from: &reader))
    default: throw .invalid("verification")
    }
  }
}

extension Failure {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(reason)
    writer.write(message)
    writer.write(hint)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    self.init(try reader.readValue(), try reader.readText(), hint: try reader.readText())
  }
}
