import KeyModel

/// One thing that is asked of IAM or Bedrock for a long-term key: what one run of the issuer does.
package enum LongTermCall: Hashable, Sendable {
  /// The user's credentials.
  case list
  /// A new credential that expires after so many days (nil: never); its secret is made durable before the answer.
  case create(ageDays: Int?)
  /// Whether Bedrock accepts the key of a credential.
  case probe(CredentialID)
  /// The status Inactive for a credential.
  case deactivate(CredentialID)
  /// The end of a credential.
  case delete(CredentialID)
}

/// What the keeper asks of one run of the issuer for a long-term key.
package struct LongTermRequest: Hashable, Sendable {
  /// The key's name: the folder of its secrets.
  package var key: KeyName
  /// The IAM user.
  package var user: String
  /// The region the key is for; nil where the issuer finds it.
  package var region: Region?
  /// What is to be done.
  package var call: LongTermCall
  /// Goes into the receipt of a new key.
  package var settingsDigest: String

  /// A request by its parts.
  package init(key: KeyName, user: String, region: Region?, call: LongTermCall, settingsDigest: String) {
    self.key = key
    self.user = user
    self.region = region
    self.call = call
    self.settingsDigest = settingsDigest
  }

  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(key.text)
    writer.write(user)
    writer.write(optional: region) { $0.write($1.name) }
    call.write(to: &writer)
    writer.write(settingsDigest)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    key = try reader.readKeyName()
    user = try reader.readText()
    region = try reader.readRegion()
    call = try LongTermCall(from: &reader)
    settingsDigest = try reader.readText()
  }
}

/// What became of a call for a long-term key.
package enum LongTermOutcome: Hashable, Sendable {
  /// The user's credentials, of all pages.
  case listed([ServiceCredential])
  /// The new credential, whose secret is durable.
  case created(ServiceCredential)
  /// What Bedrock makes of the key.
  case probed(Verification)
  /// The credential is as was asked, or is no longer there.
  case done
  /// It did not work. Where AWS itself said no, nothing was changed; else nobody knows.
  case failed(Failure, isCertain: Bool)
}

extension LongTermCall {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    switch self {
    case .list: writer.write("list")
    case .create(let days):
      writer.write("create")
      writer.write(optional: days) { $0.write($1) }
    case .probe(let id): write("probe", id, to: &writer)
    case .deactivate(let id): write("deactivate", id, to: &writer)
    case .delete(let id): write("delete", id, to: &writer)
    }
  }

  private func write(_ verb: String, _ id: CredentialID, to writer: inout FieldWriter) {
    writer.write(verb)
    writer.write(id.text)
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    switch try reader.readText() {
    case "list": self = .list
    case "create":
      self = .create(ageDays: try reader.readOptional { (field) throws(MessageError) in try field.readCount() })
    case "probe": self = .probe(try reader.readCredentialID())
    case "deactivate": self = .deactivate(try reader.readCredentialID())
    case "delete": self = .delete(try reader.readCredentialID())
    default: throw .invalid("call")
    }
  }
}

extension LongTermOutcome {
  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    switch self {
    case .listed(let credentials):
      writer.write("listed")
      writer.write(list: credentials) { $1.write(to: &$0) }
    case .created(let credential):
      writer.write("created")
      credential.write(to: &writer)
    case .probed(let verification):
      writer.write("probed")
      verification.write(to: &writer)
    case .done: writer.write("done")
    case .failed(let failure, let isCertain):
      writer.write("failed")
      failure.write(to: &writer)
      writer.write(isCertain)
    }
  }

  /// Reads the fields.
  init(from reader: inout FieldReader) throws(MessageError) {
    switch try reader.readText() {
    case "listed":
      self = .listed(try reader.readList { (field) throws(MessageError) in try ServiceCredential(from: &field) })
    case "created": self = .created(try ServiceCredential(from: &reader))
    case "probed": self = .probed(try Verification(from: &reader))
    case "done": self = .done
    case "failed": self = .failed(try Failure(from: &reader), isCertain: try reader.readFlag())
    default: throw .invalid("outcome")
    }
  }
}
