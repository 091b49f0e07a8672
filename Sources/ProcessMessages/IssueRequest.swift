import KeyModel

/// What the keeper asks of one run of the issuer: keys of one source.
package struct IssueRequest: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd issue request 4"

  /// One key to issue.
  package struct Key: Hashable, Sendable {
    /// The key's name, for messages.
    package var name: KeyName
    /// The service family it is for.
    package var family: KeyFamily
    /// The region; nil where the issuer finds it.
    package var region: Region?
    /// How long the key shall live at most.
    package var lifetime: Duration
    /// Whether it is tried on Bedrock.
    package var verify: VerificationPolicy
    /// Comes back in the receipt.
    package var settingsDigest: String

    /// A key to issue by its parts.
    package init(
      name: KeyName, family: KeyFamily = .bedrock, region: Region?, lifetime: Duration,
      verify: VerificationPolicy = .off, settingsDigest: String
    ) {
      self.name = name
      self.family = family
      self.region = region
      self.lifetime = lifetime
      self.verify = verify
      self.settingsDigest = settingsDigest
    }

    /// The key of a configuration.
    package init(_ settings: KeySettings) {
      self.init(
        name: settings.name, family: settings.family, region: settings.region, lifetime: settings.lifetime,
        verify: settings.verify, settingsDigest: settings.settingsDigest)
    }
  }

  /// Where the credentials come from.
  package var source: SourceSettings
  /// The keys to issue; the answer keeps their order.
  package var keys: [Key]
  /// How long the whole run may take; the keeper kills it at that age.
  package var timeout: Duration
  /// What AWS's clock is ahead of ours, as learned so far.
  package var clockSkew: Duration
  /// The state folder, under which the issuer's HOME lies where the environment names none.
  package var stateFolder: String
  /// The latest end of the keys that are to be replaced, on AWS's clock; nil where there is none.
  package var outlived: Timestamp?
  /// What is to be done for a long-term key; then `keys` is empty.
  package var longTerm: LongTermRequest?

  /// A request by its parts.
  package init(source: SourceSettings, keys: [Key], timeout: Duration, clockSkew: Duration, stateFolder: String) {
    self.source = source
    self.keys = keys
    self.timeout = timeout
    self.clockSkew = clockSkew
    self.stateFolder = stateFolder
  }

  package func write(to writer: inout FieldWriter) {
    source.write(to: &writer)
    writer.write(list: keys) {
      $0.write($1.name.text)
      $0.write($1.family)
      $0.write(optional: $1.region) { $0.write($1.name) }
      $0.write($1.lifetime)
      $0.write($1.verify)
      $0.write($1.settingsDigest)
    }
    writer.write(timeout)
    writer.write(clockSkew)
    writer.write(stateFolder)
    writer.write(optional: outlived) { $0.write($1) }
    writer.write(optional: longTerm) { $1.write(to: &$0) }
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    source = try SourceSettings(from: &reader)
    keys = try reader.readList { (field) throws(MessageError) in
      Key(
        name: try field.readKeyName(), family: try field.readValue(), region: try field.readRegion(),
        lifetime: try field.readDuration(), verify: try field.readValue(),
        settingsDigest: try field.readText())
    }
    timeout = try reader.readDuration()
    clockSkew = try reader.readDuration()
    stateFolder = try reader.readText()
    outlived = try reader.readOptional { (field) throws(MessageError) in try field.readTimestamp() }
    longTerm = try reader.readOptional { (field) throws(MessageError) in try LongTermRequest(from: &field) }
  }
}
