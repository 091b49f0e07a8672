import KeyModel

extension KeyReceipt {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(fingerprint)
    writer.write(issued)
    writer.write(optional: expires) { $0.write($1) }
    writer.write(expiresKnown)
    writer.write(region)
    writer.write(type)
    writer.write(credentialSource)
    writer.write(account)
    writer.write(isExample)
    writer.write(settingsDigest)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    self.init(
      fingerprint: try reader.readText(),
      issued: try reader.readTimestamp(),
      expires: try reader.readOptional { (field) throws(MessageError) in try field.readTimestamp() },
      expiresKnown: try reader.readFlag(),
      region: try reader.readText(),
      type: try reader.readValue(),
      credentialSource: try reader.readValue(),
      account: try reader.readText(),
      isExample: try reader.readFlag(),
      settingsDigest: try reader.readText())
    // It goes into files and journal fields as it is.
    guard Region(region) != nil else { throw .invalid("region") }
  }
}

/// The head of a key's record on disk: its receipt and the length of the key, whose bytes follow the head to the end of
/// the file. The key itself never passes through this value.
package struct KeyRecordHead: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd record 1"

  /// What is known of the key.
  package var receipt: KeyReceipt
  /// How many bytes of key follow.
  package var keyLength: Int

  /// A head by its parts.
  package init(receipt: KeyReceipt, keyLength: Int) {
    self.receipt = receipt
    self.keyLength = keyLength
  }

  package func write(to writer: inout FieldWriter) {
    receipt.write(to: &writer)
    writer.write(keyLength)
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    receipt = try KeyReceipt(from: &reader)
    keyLength = try reader.readCount()
    guard (1...IssueAnswer.longestKey).contains(keyLength) else { throw .invalid("key length") }
  }
}
