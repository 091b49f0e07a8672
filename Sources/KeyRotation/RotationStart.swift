import KeyModel
import ProcessMessages

extension KeyRotation {
  /// Whether a new credential is to be made. A current one that somebody deactivated or deleted is replaced by hand only:
  /// somebody meant it.
  func isDue(_ now: ClockReading) -> Bool {
    guard let current = state.current, !state.isRequested else { return true }
    guard !state.isCurrentGone, current.status != .inactive else { return false }
    if !isCurrentWorking(at: now) || !isDurable(current.id) { return true }
    return renewal.map { $0 <= now.wall } ?? false
  }

  /// Makes a new credential, or room for one, or says what is in the way.
  mutating func rotate(
    _ here: [ServiceCredential], _ listed: [ServiceCredential], _ now: ClockReading,
    _ actions: inout [RotationAction]
  ) {
    if let former = state.formers.first(where: { $0.deactivated == nil }), isCurrentWorking(at: now) {
      // Its grace ends by itself; but files that cannot be written may keep it from ever beginning.
      state.isRequested = false
      nextLook = now.boot + RotationPolicy.troubleInterval
      if former.graceEnds == nil { return tell(.failed(formerInUse(former)), &actions) }
      return reportObstacles(here, now, &actions)
    }
    if here.count < RotationPolicy.slots {
      state.pending = .intended(listed: listed.map(\.id), at: now.wall)
      call(.create(ageDays: settings.longTerm.ageDays), &actions)
    } else if let useless = deletable(here) {
      discard(useless)
      call(.delete(useless), &actions)
    } else {
      state.isRequested = false
      nextLook = now.boot + RotationPolicy.troubleInterval
      let failure = noRoom(here)
      trouble = .failed(failure)
      actions.append(.report(.failed(failure)))
    }
  }

  /// A credential of ours that does not work and whose slot is needed: a former one first, else the current one, which
  /// is due for replacement.
  private func deletable(_ here: [ServiceCredential]) -> CredentialID? {
    let candidates = state.formers.map(\.credential.id) + [state.current?.id].compactMap { $0 }
    return candidates.first { id in here.contains { $0.id == id && $0.status != .active } }
  }

  /// What an operator should know although nothing is due: the current key was withdrawn, or the next rotation will find
  /// no room.
  mutating func reportObstacles(_ here: [ServiceCredential], _ now: ClockReading, _ actions: inout [RotationAction]) {
    if let current = state.current, state.isCurrentGone || current.status == .inactive {
      trouble = .failed(withdrawal(current))
      actions.append(.report(.failed(withdrawal(current))))
    } else if let revived = state.formers.first(where: { isRevived($0, now) }) {
      tell(.warning(revival(revived.credential)), &actions)
    } else if here.count >= RotationPolicy.slots, here.contains(where: { !isKnown($0.id) }) {
      tell(.warning(crowding(here)), &actions)
    } else if trouble != nil {
      trouble = nil
      actions.append(.report(.settled))
    }
  }

  /// Whether somebody activated a former credential again.
  private func isRevived(_ former: RotationState.Former, _ now: ClockReading) -> Bool {
    guard former.credential.status == .active, let deactivated = former.deactivated else { return false }
    return now.wall >= deactivated + RotationPolicy.consistency
  }
}
