import KeyModel

/// What is configured for a long-term key alone.
package struct LongTermSettings: Hashable, Sendable {
  /// The IAM user whose service-specific credentials are made.
  package var user: String
  /// After how many days a credential expires by itself; nil for never.
  package var ageDays: Int?
  /// How long the former key stays active after the new one was published.
  package var grace: Duration
  /// Whether nobody else makes Bedrock credentials for this user, so that what appeared when an answer was lost is ours.
  package var adopts: Bool

  /// Settings by their parts.
  package init(user: String, ageDays: Int?, grace: Duration, adopts: Bool) {
    self.user = user
    self.ageDays = ageDays
    self.grace = grace
    self.adopts = adopts
  }

  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(user)
    writer.write(optional: ageDays) { $0.write($1) }
    writer.write(grace)
    writer.write(adopts)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    user = try reader.readText()
    ageDays = try reader.readOptional { (field) throws(MessageError) in try field.readCount() }
    grace = try reader.readDuration()
    adopts = try reader.readFlag()
  }
}
