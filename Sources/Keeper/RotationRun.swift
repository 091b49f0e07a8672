import KeyModel
import KeyPublishing
import KeyRotation
import ProcessMessages
import RenewalSchedule

/// The rotation of one long-term key: its state machine, its files, and what of its decisions is under way.
final class RotationRun {
  /// What decides.
  var machine: KeyRotation
  /// Where its state and its keys are.
  let files: RotationFiles
  /// What waits for an attempt, or is asked in one.
  var call: LongTermCall?
  /// The attempt that runs.
  var attempt: AttemptID?
  /// The credential whose key is not known to be in all its files yet.
  var publishing: CredentialID?
  /// Events that wait: one is carried out whole before the next is taken.
  var events: [RotationEvent] = []
  /// Whether one is being carried out.
  var isBusy = false

  init(_ settings: RotationSettings, files: RotationFiles, state: RotationState?) {
    self.files = files
    machine = KeyRotation(settings, state: state, durable: files.credentials())
  }

  /// Whether a credential is being made: to be interrupted now would mean to lose its secret.
  var isCreating: Bool {
    if case .create = call { attempt != nil } else { false }
  }
}
