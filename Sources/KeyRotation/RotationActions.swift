import KeyModel
import ProcessMessages

/// What happens outside.
package enum RotationEvent: Sendable {
  /// Time passed, or the clock was set.
  case woke
  /// The call ended; the credentials whose secrets are on disk now.
  case ended(LongTermOutcome, durable: [ServiceCredential])
  /// The key of a credential is in its record and all its files; when the policy renews it, nil for never.
  case published(CredentialID, renewal: Timestamp?)
  /// The key that was to be published could not be.
  case publicationFailed(Failure)
  /// The state could not be made durable; nothing that came after it was done.
  case saveFailed(Failure)
  /// Somebody wants the key rotated now.
  case renewalRequested
}

/// What is to be done, in order; after a save that fails, nothing more.
package enum RotationAction: Hashable, Sendable {
  /// Make this durable.
  case save(RotationState)
  /// Publish the key of a credential from its durable secret.
  case publish(CredentialID)
  /// Remove the durable secret of a credential that is no more.
  case forget(CredentialID)
  /// Run the issuer.
  case call(LongTermCall)
  /// Tell people.
  case report(RotationReport)
}

/// What people are told.
package enum RotationReport: Hashable, Sendable {
  /// It does not go on: a call failed, a slot is missing, somebody withdrew the key. Told again while it lasts.
  case failed(Failure)
  /// It is not known whose a credential is; nothing is done until a person settles it.
  case ambiguous(Failure)
  /// Something will be in the way at the next rotation.
  case warning(Failure)
  /// Nothing is in the way any more.
  case settled
  /// A step was done, in words.
  case step(String)
}
