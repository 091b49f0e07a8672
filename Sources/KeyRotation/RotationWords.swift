import KeyModel

extension KeyRotation {
  /// Both slots are taken, and none of them can be freed.
  func noRoom(_ here: [ServiceCredential]) -> Failure {
    let others = foreign(here)
    let whose =
      others.count >= RotationPolicy.slots
      ? "both of the credentials that IAM allows are somebody else's"
      : others.isEmpty
        ? "both of the credentials that IAM allows are active" : "one is somebody else's, and ours is active"
    return Failure(
      .misconfigured,
      "cannot rotate key \(settings.key.text): user \(settings.user) has \(names(here.map(\.id))), \(whose)",
      hint: others.isEmpty
        ? "one was activated again; deactivate it once nobody needs it"
        : "delete what nobody needs: \(deletions(others)); or give the key a user of its own")
  }

  /// The next rotation will find no room.
  func crowding(_ here: [ServiceCredential]) -> Failure {
    let others = foreign(here)
    return Failure(
      .misconfigured,
      "key \(settings.key.text) cannot be rotated when it is due: user \(settings.user) has \(names(others)) beside it,"
        + " which the daemon did not make",
      hint: "delete what nobody needs: \(deletions(others)); or give the key a user of its own")
  }

  /// What appeared while an answer was lost may be ours or not.
  func ambiguity(_ appeared: [ServiceCredential]) -> Failure {
    let ids = appeared.map(\.id)
    return Failure(
      .misconfigured,
      "cannot rotate key \(settings.key.text): \(names(ids)) of user \(settings.user) appeared when an answer of IAM was"
        + " lost, and may be ours or not; nothing is done until it is settled",
      hint: "if nobody uses it: \(deletions(ids)); if it is somebody else's: bedrock-keyd renew \(settings.key.text)")
  }

  /// The key before is still in use.
  func formerInUse(_ former: RotationState.Former) -> Failure {
    let id = former.credential.id.text
    guard let graceEnds = former.graceEnds else {
      return Failure(
        .misconfigured,
        "cannot rotate key \(settings.key.text): its last new key is not in all its files yet, so \(id) stays active",
        hint: "bedrock-keyd status names the file that cannot be written")
    }
    return Failure(
      .misconfigured,
      "cannot rotate key \(settings.key.text): the grace of \(id), the key before, ends at \(graceEnds.rfc3339)")
  }

  /// Somebody deactivated or deleted the published key.
  func withdrawal(_ current: ServiceCredential) -> Failure {
    let what = state.isCurrentGone ? "was deleted" : "was deactivated"
    return Failure(
      .denied,
      "key \(settings.key.text) does not work: \(current.id.text) of user \(settings.user) \(what) by somebody",
      hint: "if that was a mistake or it is to be replaced: bedrock-keyd renew \(settings.key.text)")
  }

  /// Somebody activated a former key again.
  func revival(_ former: ServiceCredential) -> Failure {
    Failure(
      .misconfigured,
      "\(former.id.text), the key before of \(settings.key.text), was activated again by somebody: it is left alone, and"
        + " takes the place that the next rotation needs",
      hint: "once nobody needs it: bedrock-keyd long-term deactivate \(former.id.text) --user \(settings.user)")
  }

  /// A key was published although Bedrock did not accept it.
  func unverified(_ id: CredentialID, _ doubt: Failure) -> Failure {
    Failure(
      doubt.reason,
      "published \(id.text) of key \(settings.key.text) although Bedrock did not accept it: \(doubt.message)",
      hint: doubt.hint)
  }

  private func foreign(_ here: [ServiceCredential]) -> [CredentialID] {
    here.map(\.id).filter { !isKnown($0) }
  }

  private func names(_ ids: [CredentialID]) -> String { ids.map(\.text).joined(separator: " and ") }

  private func deletions(_ ids: [CredentialID]) -> String {
    ids.map { "bedrock-keyd long-term delete \($0.text) --user \(settings.user)" }.joined(separator: ", ")
  }
}
