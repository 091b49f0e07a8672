import KeyModel
import ProcessMessages

/// What must be known of a rotation after a crash: which credentials are ours, and how far the next one is. It is on disk
/// before anything that it announces is done.
package struct RotationState: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd rotation 1"

  /// How far the next credential is.
  package enum Pending: Hashable, Sendable {
    /// It is asked for, or was; these ids were there before.
    case intended(listed: [CredentialID], at: Timestamp)
    /// It is there and its secret is durable; it was not published yet.
    case made(ServiceCredential)
  }

  /// A credential that was published before the current one.
  package struct Former: Hashable, Sendable {
    /// The credential, as last seen.
    package var credential: ServiceCredential
    /// Until when it stays active; nil while the current key is not in all its files.
    package var graceEnds: Timestamp?
    /// When it was found or made inactive.
    package var deactivated: Timestamp?

    /// A former credential by its parts.
    package init(credential: ServiceCredential, graceEnds: Timestamp? = nil, deactivated: Timestamp? = nil) {
      self.credential = credential
      self.graceEnds = graceEnds
      self.deactivated = deactivated
    }
  }

  /// A credential that was deleted, which IAM may list for a while.
  package struct Deleted: Hashable, Sendable {
    /// Its id.
    package var id: CredentialID
    /// When.
    package var at: Timestamp

    /// A deleted credential by its parts.
    package init(id: CredentialID, at: Timestamp) {
      self.id = id
      self.at = at
    }
  }

  /// The IAM user.
  package var user: String
  /// The credential whose key is published, or is to be published next, as last seen.
  package var current: ServiceCredential?
  /// Whether IAM no longer knows the current one.
  package var isCurrentGone = false
  /// The ones before it, the oldest first.
  package var formers: [Former] = []
  /// The next one.
  package var pending: Pending?
  /// Ours, of no use, to be deleted.
  package var discarded: [CredentialID] = []
  /// Deleted lately.
  package var deleted: [Deleted] = []
  /// Whether somebody asked for a rotation that was not done yet.
  package var isRequested = false

  /// Nothing is known.
  package init(user: String) { self.user = user }

  /// Every credential that is known as ours.
  package var ours: [CredentialID] {
    var ids = discarded + formers.map(\.credential.id)
    if let current { ids.append(current.id) }
    if case .made(let credential) = pending { ids.append(credential.id) }
    return ids
  }

  package func write(to writer: inout FieldWriter) {
    writer.write(user)
    writer.write(optional: current) { $1.write(to: &$0) }
    writer.write(isCurrentGone)
    writer.write(list: formers) { $1.write(to: &$0) }
    writer.write(optional: pending) { $1.write(to: &$0) }
    writer.write(list: discarded) { $0.write($1.text) }
    writer.write(list: deleted) {
      $0.write($1.id.text)
      $0.write($1.at)
    }
    writer.write(isRequested)
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    user = try reader.readText()
    current = try reader.readOptional { (field) throws(MessageError) in try ServiceCredential(from: &field) }
    isCurrentGone = try reader.readFlag()
    formers = try reader.readList { (field) throws(MessageError) in try Former(from: &field) }
    pending = try reader.readOptional { (field) throws(MessageError) in try Pending(from: &field) }
    discarded = try reader.readList { (field) throws(MessageError) in try field.readCredentialID() }
    deleted = try reader.readList { (field) throws(MessageError) in
      Deleted(id: try field.readCredentialID(), at: try field.readTimestamp())
    }
    isRequested = try reader.readFlag()
  }
}
