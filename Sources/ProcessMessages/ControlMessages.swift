import KeyModel

/// What a command asks of the running daemon, one packet on control.sock.
package enum ControlRequest: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd control request 1"

  /// Whether the daemon runs.
  case check
  /// Renew the named key, or all short-term keys.
  case renew(KeyName?)

  /// The longest request.
  package static let longest = 4096

  package func write(to writer: inout FieldWriter) {
    switch self {
    case .check: writer.write("check")
    case .renew(let key):
      writer.write("renew")
      writer.write(optional: key) { $0.write($1.text) }
    }
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    switch try reader.readText() {
    case "check": self = .check
    case "renew": self = .renew(try reader.readOptional { (field) throws(MessageError) in try field.readKeyName() })
    default: throw .invalid("request")
    }
  }
}

/// What the daemon answers, one packet.
package struct ControlReply: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd control reply 1"

  /// Whether it does what was asked.
  package var isAccepted: Bool
  /// What it does, or why it does not.
  package var text: String

  /// A reply by its parts.
  package init(isAccepted: Bool, text: String) {
    self.isAccepted = isAccepted
    self.text = text
  }

  package func write(to writer: inout FieldWriter) {
    writer.write(isAccepted)
    writer.write(text)
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    isAccepted = try reader.readFlag()
    text = try reader.readText()
  }
}
