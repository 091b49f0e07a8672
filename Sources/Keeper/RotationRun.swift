import KeyModel
import KeyPublishing
import KeyRotation
import ProcessMessages
import RenewalSchedule

/// The rotation of one long-term key: its state machine, its files, and what of its decisions is under way.
final class RotationRun {
  var machine: KeyRotation
  let files: RotationFiles
  /// What waits for an attempt, or is asked in one.
  var call: LongTermCall?
  /// The attempt that runs.
  var attempt: AttemptID?
  /// The credential whose key is not known to be in all its files yet.
  var publishing: CredentialID?
  /// Events that wait: one is carried out whole before the next is taken.
  var events: [RotationEvent] = []
  var isBusy = false
  /// Credentials with a secret here that belong to another user than the configured one.
  private let foreign: Set<CredentialID>

  init(_ settings: RotationSettings, files: RotationFiles, state: RotationState?) {
    self.files = files
    let isForeign = state.map { $0.user != settings.longTerm.user } ?? false
    foreign = isForeign ? Set(state?.ours ?? []) : []
    let foreign = foreign
    machine = KeyRotation(
      settings, state: state, durable: files.credentials().filter { !foreign.contains($0.id) })
  }

  /// The credentials whose secrets are on disk.
  var durable: [ServiceCredential] { files.credentials().filter { !foreign.contains($0.id) } }

  /// Whether a credential is being made: to be interrupted now would mean to lose its secret.
  var isCreating: Bool {
    if case .create = call { attempt != nil } else { false }
  }
}
