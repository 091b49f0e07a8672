import KeyModel

/// The service-specific credentials of one user, as IAM keeps them.
struct SimulatedIAM {
  /// Who made a credential.
  enum Maker {
    case daemon
    case otherDaemon
    case somebody
  }

  private(set) var credentials: [ServiceCredential] = []
  private(set) var makers: [CredentialID: Maker] = [:]
  private var count = 0
  /// Bedrock refuses a key younger than this, and a list does not show it: IAM is eventually consistent.
  let lag: Duration

  init(lag: Duration) { self.lag = lag }

  /// A new credential, or nil where both slots are taken.
  mutating func create(by maker: Maker, ageDays: Int?, at now: Timestamp) -> ServiceCredential? {
    guard credentials.count < 2, let id = CredentialID("ACCAEXAMPLE\(100_000_000 + count)") else { return nil }
    count += 1
    let life = ageDays.map { Duration.seconds(Int64($0) * 86_400) }
    let credential = ServiceCredential(id: id, created: now.wholeSecond, expires: life.map { now.wholeSecond + $0 })
    credentials.append(credential)
    makers[id] = maker
    return credential
  }

  /// What a list shows.
  func listed(at now: Timestamp) -> [ServiceCredential] {
    credentials.filter { $0.created + lag <= now }.map { credential in
      var shown = credential
      if let expires = credential.expires, expires <= now { shown.status = .expired }
      return shown
    }
  }

  /// Whether Bedrock accepts the key of a credential.
  func accepts(_ id: CredentialID, at now: Timestamp) -> Bool {
    guard let found = credentials.first(where: { $0.id == id }) else { return false }
    return found.status == .active && found.expires.map { now < $0 } ?? true
  }

  /// Whether Bedrock has heard of a credential.
  func isKnown(_ id: CredentialID, at now: Timestamp) -> Bool {
    credentials.contains { $0.id == id && $0.created + lag <= now }
  }

  mutating func setStatus(_ id: CredentialID, _ status: ServiceCredential.Status) {
    for index in credentials.indices where credentials[index].id == id { credentials[index].status = status }
  }

  /// From now on a credential counts as somebody else's.
  mutating func giveAway(_ id: CredentialID) { makers[id] = .somebody }

  mutating func delete(_ id: CredentialID) { credentials.removeAll { $0.id == id } }
}
