/// A value that crosses between processes or stays on disk.
package protocol Message {
  /// The first field: the kind of message and the version of its fields, so that another version's is refused whole.
  static var signature: String { get }

  /// Writes the fields after the signature.
  func write(to writer: inout FieldWriter)

  /// Reads the fields after the signature.
  init(from reader: inout FieldReader) throws(MessageError)
}

extension Message {
  /// The whole message.
  package var encoded: [UInt8] {
    var writer = FieldWriter()
    writer.write(Self.signature)
    write(to: &writer)
    return writer.bytes
  }

  /// Reads a whole message, and nothing after it.
  package init(decoding bytes: [UInt8]) throws(MessageError) {
    var reader = FieldReader(bytes)
    guard try reader.readText() == Self.signature else { throw .foreign }
    self = try Self(from: &reader)
    guard reader.isAtEnd else { throw .invalid("end") }
  }
}
