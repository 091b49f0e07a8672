import KeyModel
import ProcessMessages

extension KeyRotation {
  /// Lets the new key count untried where that is what was asked for.
  mutating func promoteUntried(_ now: ClockReading, _ actions: inout [RotationAction]) {
    guard settings.verification == .off, case .made(let credential) = state.pending else { return }
    promote(credential, now, &actions)
  }

  /// Takes the verdict on the new key. A refusal counts only when IAM had its time to tell Bedrock of the key. Without a
  /// verdict the key waits as long as the old one is good for more than a tenth of its life.
  mutating func takeProbe(
    _ outcome: LongTermOutcome, of id: CredentialID, _ now: ClockReading, _ actions: inout [RotationAction]
  ) {
    guard case .made(let credential) = state.pending, credential.id == id else { return }
    probes += 1
    nextProbe = now.boot + RotationPolicy.probeDelay(probes: probes)
    let isEarly = now.wall < credential.created + RotationPolicy.probing
    switch outcome {
    case .probed(.accepted): promote(credential, now, &actions)
    case .probed(.refused) where isEarly: break
    case .probed(.refused(let failure)) where settings.verification == .require:
      state.discarded.append(id)
      state.pending = nil
      state.isRequested = false
      fail(failure, now, &actions)
      notBefore = now.boot + RotationPolicy.afterRefusal
    case .probed(.refused(let failure)): promote(credential, because: failure, now, &actions)
    case .probed(.inconclusive(let failure)), .failed(let failure, _):
      if settings.verification == .warn && !isEarly || isPressing(now) {
        promote(credential, because: failure, now, &actions)
        return
      }
      if !isEarly { nextProbe = now.boot + RotationPolicy.troubleInterval }
      trouble = .failed(failure)
      actions.append(.report(.failed(failure)))
    default: fail(Failure(.internal, "cannot try the new key: the answer is to another question"), now, &actions)
    }
  }

  /// Whether there is no old key that is good for more than the last tenth of its life.
  private func isPressing(_ now: ClockReading) -> Bool {
    guard let current = state.current, isCurrentWorking(at: now) else { return true }
    guard let expires = current.expires else { return false }
    return now.wall >= expires - (expires - current.created) / 10
  }

  /// Makes the new credential the current one; the one before becomes a former one, whose grace begins when the new key
  /// is in all its files.
  private mutating func promote(
    _ credential: ServiceCredential, because doubt: Failure? = nil, _ now: ClockReading,
    _ actions: inout [RotationAction]
  ) {
    // The new key is in no file yet, so whatever is in use stays until it is.
    for index in state.formers.indices where state.formers[index].deactivated == nil {
      state.formers[index].graceEnds = nil
    }
    if let old = state.current, !state.isCurrentGone {
      // Only what IAM says counts: that its time is over by our clock may be our clock's mistake.
      state.formers.append(.init(credential: old, deactivated: old.status == .active ? nil : now.wall))
    }
    state.current = credential
    state.isCurrentGone = false
    state.pending = nil
    state.isRequested = false
    isPublished = false
    isInAllFiles = false
    renewal = nil
    failures = 0
    nextLook = now.boot + RotationPolicy.afterRotation
    guard let doubt else { return }
    actions.append(.report(.warning(unverified(credential.id, doubt))))
  }
}
