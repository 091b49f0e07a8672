import KeyModel

/// One configured key.
package struct KeySettings: Hashable, Sendable {
  /// The key's name.
  package var name: KeyName
  /// Which of the configuration's sources its credentials come from.
  package var source: Int
  /// Whether readiness waits for it.
  package var required: Bool
  /// The service family it is for.
  package var family: KeyFamily
  /// The region it shall work in; nil where the issuer finds it (environment, profile, instance metadata).
  package var region: Region?
  /// How long an issued key shall live at most.
  package var lifetime: Duration
  /// How long before its end it is renewed at the latest; nil for a third of its life.
  package var renewBefore: Duration?
  /// Whether it is tried on Bedrock before it is published.
  package var verify: VerificationPolicy
  /// The files it is written to.
  package var outputs: [OutputSettings]
  /// The commands that are run when something happens to it.
  package var hooks: [HookSettings]
  /// The units whose LoadCredential= gets it whatever the ID.
  package var units: [String]
  /// The users whose own service managers may load it.
  package var readers: [UInt32]
  /// What is configured for a long-term key alone; nil for a short-term one.
  package var longTerm: LongTermSettings?
  /// A digest of the settings that decide which key this is: a record made under another digest does not count.
  package var settingsDigest: String

  /// A key by its parts, in the order of the properties.
  package init(
    name: KeyName, source: Int, required: Bool = true, family: KeyFamily = .bedrock, region: Region? = nil,
    lifetime: Duration = .seconds(43_200), renewBefore: Duration? = nil,
    verify: VerificationPolicy = .off, outputs: [OutputSettings],
    hooks: [HookSettings] = [], units: [String] = [],
    readers: [UInt32] = [], longTerm: LongTermSettings? = nil, settingsDigest: String
  ) {
    self.name = name
    self.source = source
    self.required = required
    self.family = family
    self.region = region
    self.lifetime = lifetime
    self.renewBefore = renewBefore
    self.verify = verify
    self.outputs = outputs
    self.hooks = hooks
    self.units = units
    self.readers = readers
    self.longTerm = longTerm
    self.settingsDigest = settingsDigest
  }

  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(name.text)
    writer.write(source)
    writer.write(required)
    writer.write(family)
    writer.write(optional: region) { $0.write($1.name) }
    writer.write(lifetime)
    writer.write(optional: renewBefore) { $0.write($1) }
    writer.write(verify)
    writer.write(list: outputs) { $1.write(to: &$0) }
    writer.write(list: hooks) { $1.write(to: &$0) }
    writer.write(list: units) { $0.write($1) }
    writer.write(list: readers) { $0.write(Int64($1)) }
    writer.write(optional: longTerm) { $1.write(to: &$0) }
    writer.write(settingsDigest)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    name = try reader.readKeyName()
    source = try reader.readCount()
    required = try reader.readFlag()
    family = try reader.readValue()
    region = try reader.readRegion()
    lifetime = try reader.readDuration()
    renewBefore = try reader.readOptional { (field) throws(MessageError) in try field.readDuration() }
    verify = try reader.readValue()
    outputs = try reader.readList { (field) throws(MessageError) in try OutputSettings(from: &field) }
    hooks = try reader.readList { (field) throws(MessageError) in try HookSettings(from: &field) }
    units = try reader.readList { (field) throws(MessageError) in try field.readText() }
    readers = try reader.readList { (field) throws(MessageError) in try field.readIdentifier() }
    longTerm = try reader.readOptional { (field) throws(MessageError) in try LongTermSettings(from: &field) }
    settingsDigest = try reader.readText()
  }
}

extension FieldReader {
  /// Reads a key's name.
  mutating func readKeyName() throws(MessageError) -> KeyName {
    guard let name = KeyName(try readText()) else { throw .invalid("key name") }
    return name
  }

  /// Reads a region that may be absent.
  mutating func readRegion() throws(MessageError) -> Region? {
    guard try readFlag() else { return nil }
    guard let region = Region(try readText()) else { throw .invalid("region") }
    return region
  }
}
