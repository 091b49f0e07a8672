import KeyModel
import ProcessMessages

/// The rotation of one long-term key: a state machine that takes an event and the time and returns actions. It knows no
/// files, no processes and no clock. What must outlive a crash is in `state`; all else is found out anew by asking IAM,
/// and each step follows from what is known, not from the step before.
///
/// Everything that changes something at IAM is decided on a list that just came, by AWS's time.
package struct KeyRotation: Sendable {
  /// What the configuration says.
  package let settings: RotationSettings
  /// What must be known after a crash.
  package internal(set) var state: RotationState
  /// The credentials that appeared when an answer was lost and that may be anybody's; a person has to settle it.
  package internal(set) var ambiguous: [CredentialID] = []

  /// The state that is on disk; nil where that is not known.
  var saved: RotationState?
  /// The credentials whose secrets are on disk.
  var durable: [ServiceCredential]
  /// The call that runs.
  var running: LongTermCall?
  /// When the published key is renewed.
  var renewal: Timestamp?
  /// Whether the current key is, or is being, published.
  var isPublished = false
  /// Whether it is in its record and all its files.
  var isInAllFiles = false
  /// Before this time since boot a publication that failed is not tried again.
  var publicationNotBefore: Duration = .zero
  /// Whether the last save failed: until it is tried again nothing is done.
  var isUnsaved = false
  /// Calls that failed in a row.
  var failures = 0
  /// Before this time since boot nothing is called.
  var notBefore: Duration = .zero
  /// The time since boot at which IAM is asked next, whatever is due.
  var nextLook: Duration = .zero
  /// AWS's time of the last list.
  var lastLook: Timestamp?
  /// Probes of the new key.
  var probes = 0
  /// The time since boot of the next probe.
  var nextProbe: Duration = .zero
  /// What was told last and still holds.
  var trouble: RotationReport?

  /// The rotation as it is found at a start; `state` is nil where there is none, or one of another user.
  package init(_ settings: RotationSettings, state: RotationState?, durable: [ServiceCredential]) {
    self.settings = settings
    let state = state.flatMap { $0.user == settings.user ? $0 : nil }
    self.state = state ?? RotationState(user: settings.user)
    saved = state
    self.durable = durable
  }

  /// Takes an event and returns what is to be done. `now` is by AWS's clock.
  package mutating func advance(_ event: RotationEvent, at now: ClockReading) -> [RotationAction] {
    var actions: [RotationAction] = []
    take(event, now, &actions)
    guard !isUnsaved || now.boot >= notBefore else { return actions }
    isUnsaved = false
    promoteUntried(now, &actions)
    publishCurrent(now, &actions)
    if running == nil && now.boot >= notBefore {
      // Also while a new key is tried: somebody may withdraw the one that is in use.
      if wantsLook(now) {
        call(.list, &actions)
      } else if case .made(let credential) = state.pending, now.boot >= nextProbe {
        call(.probe(credential.id), &actions)
      }
    }
    guard state != saved else { return actions }
    saved = state
    return [.save(state)] + actions
  }

  /// The time since boot at which something is due although nothing happens; nil where a call's end is waited for.
  package func due(at now: ClockReading) -> Duration? {
    guard running == nil else { return nil }
    var waits = dueDates.filter(isNew).map { now.boot + max(.zero, $0 - now.wall) }
    if case .made = state.pending { waits.append(nextProbe) }
    return max(notBefore, ([nextLook] + waits).min() ?? nextLook)
  }

  /// Whether everything waits for another time; a new key that is being tried does not.
  package func isResting(at now: ClockReading) -> Bool {
    guard let due = due(at: now), due > now.boot else { return false }
    if case .made(let credential) = state.pending { return now.wall >= credential.created + RotationPolicy.probing }
    return true
  }

  /// The dates at which something is to be done with what is there.
  var dueDates: [Timestamp] {
    var dates = [renewal, state.current?.expires].compactMap { $0 }
    for former in state.formers {
      if let deactivated = former.deactivated {
        dates.append(deactivated + RotationPolicy.keeping)
      } else if let graceEnds = former.graceEnds {
        dates.append(graceEnds)
      }
    }
    return dates
  }

  /// A date is looked at once when it comes, whatever came of it; the interval does the rest.
  private func wantsLook(_ now: ClockReading) -> Bool {
    guard now.boot < nextLook else { return true }
    return dueDates.contains { $0 <= now.wall && isNew($0) }
  }

  /// Whether a date came, or will come, after the last list.
  private func isNew(_ date: Timestamp) -> Bool { lastLook.map { $0 < date } ?? true }

  /// Whether the current key works, as far as is known.
  package func isCurrentWorking(at now: ClockReading) -> Bool {
    guard let current = state.current, !state.isCurrentGone, current.status == .active else { return false }
    return current.expires.map { now.wall < $0 } ?? true
  }

  /// Publishes the current key where that was not done since the start or the last rotation. One that does not work is
  /// left alone.
  private mutating func publishCurrent(_ now: ClockReading, _ actions: inout [RotationAction]) {
    guard !isPublished, now.boot >= publicationNotBefore, let current = state.current, isCurrentWorking(at: now),
      isDurable(current.id)
    else { return }
    isPublished = true
    actions.append(.publish(current.id))
  }

  /// Whether the secret of a credential is on disk.
  func isDurable(_ id: CredentialID) -> Bool { durable.contains { $0.id == id } }

  /// Starts a call. What it changes at IAM is looked at as soon as it ends.
  mutating func call(_ call: LongTermCall, _ actions: inout [RotationAction]) {
    running = call
    switch call {
    case .list, .probe: break
    case .create, .deactivate, .delete: nextLook = .zero
    }
    actions.append(.call(call))
  }
}
