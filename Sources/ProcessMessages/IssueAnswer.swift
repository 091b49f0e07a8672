import KeyModel

/// What one run of the issuer answers. On the pipe: its length (4 bytes, little endian), its fields, then the bytes of
/// each issued key, one after the other, in the order of the outcomes and of the lengths they name.
package struct IssueAnswer: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd issue answer 3"

  /// The longest key that is taken: AWS's are up to 6,300 characters with long session tokens.
  package static let longestKey = 65_536

  /// The longest answer that is taken, keys not counted.
  package static let longest = 16_777_216

  /// What became of one key.
  package enum Outcome: Hashable, Sendable {
    /// It was issued; so many bytes of key follow the answer. nil: it was not tried.
    case issued(KeyReceipt, keyLength: Int, verification: Verification? = nil)
    /// It was not.
    case failed(Failure)
  }

  /// One outcome for each key of the request, in its order.
  package var outcomes: [Outcome]
  /// What became of the request for a long-term key, if it was one.
  package var longTerm: LongTermOutcome?
  /// What AWS's clock is ahead of ours, if this run learned it.
  package var clockSkew: Duration?
  /// Things an operator should know although nothing failed.
  package var warnings: [String]

  /// An answer by its parts.
  package init(
    outcomes: [Outcome], longTerm: LongTermOutcome? = nil, clockSkew: Duration? = nil, warnings: [String] = []
  ) {
    self.outcomes = outcomes
    self.longTerm = longTerm
    self.clockSkew = clockSkew
    self.warnings = warnings
  }

  package func write(to writer: inout FieldWriter) {
    writer.write(list: outcomes) { $1.write(to: &$0) }
    writer.write(optional: longTerm) { $1.write(to: &$0) }
    writer.write(optional: clockSkew) { $0.write($1) }
    writer.write(list: warnings) { $0.write($1) }
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    outcomes = try reader.readList { (field) throws(MessageError) in try Outcome(from: &field) }
    longTerm = try reader.readOptional { (field) throws(MessageError) in try LongTermOutcome(from: &field) }
    clockSkew = try reader.readOptional { (field) throws(MessageError) in try field.readDuration() }
    warnings = try reader.readList { (field) throws(MessageError) in try field.readText() }
  }
}

extension IssueAnswer.Outcome {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    switch self {
    case .issued(let receipt, let keyLength, let verification):
      writer.write("issued")
      receipt.write(to: &writer)
      writer.write(keyLength)
      writer.write(optional: verification) { $1.write(to: &$0) }
    case .failed(let failure):
      writer.write("failed")
      failure.write(to: &writer)
    }
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    switch try reader.readText() {
    case "issued":
      let receipt = try KeyReceipt(from: &reader)
      let length = try reader.readCount()
      guard (1...IssueAnswer.longestKey).contains(length) else { throw .invalid("key length") }
      let verification = try reader.readOptional { (field) throws(MessageError) in try Verification(from: &field) }
      self = .issued(receipt, keyLength: length, verification: verification)
    case "failed": self = .failed(try Failure(from: &reader))
    default: throw .invalid("outcome")
    }
  }
}
