import KeyModel

/// What a command asks of the running daemon, one packet on control.sock.
package enum ControlRequest: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd control request 1"

  /// Whether the daemon runs, and how the named key is on disk.
  case check(KeyName?)
  /// Renew the named key, or all short-term keys.
  case renew(KeyName?)

  /// The longest request.
  package static let longest = 4096

  package func write(to writer: inout FieldWriter) {
    switch self {
    case .check(let key): write("check", key, to: &writer)
    case .renew(let key): write("renew", key, to: &writer)
    }
  }

  private func write(_ verb: String, _ key: KeyName?, to writer: inout FieldWriter) {
    writer.write(verb)
    writer.write(optional: key) { $0.write($1.text) }
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    let verb = try reader.readText()
    let key = try reader.readOptional { (field) throws(MessageError) in try field.readKeyName() }
    switch verb {
    case "check": self = .check(key)
    case "renew": self = .renew(key)
    default: throw .invalid("request")
    }
  }
}

/// What the daemon answers, one packet.
package struct ControlReply: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd control reply 1"

  /// Whether it does what was asked; for a check of a key: whether every output holds it.
  package var isAccepted: Bool
  /// What it does, or why it does not.
  package var text: String
  /// What the record says, for a check of a key that has one.
  package var receipt: KeyReceipt?

  /// A reply by its parts.
  package init(isAccepted: Bool, text: String, receipt: KeyReceipt? = nil) {
    self.isAccepted = isAccepted
    self.text = text
    self.receipt = receipt
  }

  package func write(to writer: inout FieldWriter) {
    writer.write(isAccepted)
    writer.write(text)
    writer.write(optional: receipt) { $1.write(to: &$0) }
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    isAccepted = try reader.readFlag()
    text = try reader.readText()
    receipt = try reader.readOptional { (field) throws(MessageError) in try KeyReceipt(from: &field) }
  }
}
