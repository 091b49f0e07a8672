import KeyModel
import ProcessMessages

extension KeyRotation {
  /// Takes an event; what follows from it is decided afterwards.
  mutating func take(_ event: RotationEvent, _ now: ClockReading, _ actions: inout [RotationAction]) {
    switch event {
    case .woke: break
    case .ended(let outcome, let durable):
      self.durable = durable
      guard let call = running else { return }
      running = nil
      take(outcome, of: call, now, &actions)
    case .published(let id, let renewal):
      guard id == state.current?.id else { return }
      self.renewal = renewal
      isInAllFiles = true
      // Before IAM answered nobody knows whether our clock is right: a grace is no less than it is set.
      if lastLook != nil { beginGrace(now) }
    case .publicationFailed(let failure):
      isPublished = false
      fail(failure, now, &actions)
      publicationNotBefore = notBefore
    case .saveFailed(let failure):
      saved = nil
      isUnsaved = true
      running = nil
      isPublished = false
      fail(failure, now, &actions)
    case .renewalRequested: request(now)
    }
  }

  /// Lets the grace of the former keys begin: the current one is in all its files.
  mutating func beginGrace(_ now: ClockReading) {
    for index in state.formers.indices where state.formers[index].graceEnds == nil {
      state.formers[index].graceEnds = now.wall + settings.longTerm.grace
    }
  }

  /// Why a rotation cannot be asked for now, or nil: two keys at most, so not before the former one's grace is over.
  package func refusal(at now: ClockReading) -> Failure? {
    guard isCurrentWorking(at: now), let former = state.formers.first(where: { $0.deactivated == nil }) else {
      return nil
    }
    return formerInUse(former)
  }

  private mutating func request(_ now: ClockReading) {
    // Whoever asks has settled it: what appeared is somebody else's from now on.
    if !ambiguous.isEmpty { state.pending = nil }
    ambiguous = []
    state.isRequested = true
    notBefore = .zero
    nextLook = .zero
    nextProbe = .zero
  }

  private mutating func take(
    _ outcome: LongTermOutcome, of call: LongTermCall, _ now: ClockReading, _ actions: inout [RotationAction]
  ) {
    switch (call, outcome) {
    case (.list, .listed(let credentials)):
      consider(credentials, now, &actions)
      // What follows may fail as it did before: only a list that leaves nothing to do is an end of trouble.
      if running == nil { failures = 0 }
    case (.create, .created(let credential)):
      failures = 0
      state.pending = .made(credential)
      probes = 0
      nextProbe = .zero
      nextLook = now.boot + RotationPolicy.lookInterval
      actions.append(.report(.step("made \(credential.id.text) for user \(settings.user)")))
    case (.create, .failed(let failure, let isCertain)):
      if isCertain { state.pending = nil }
      fail(failure, now, &actions)
    case (.probe(let id), _): takeProbe(outcome, of: id, now, &actions)
    case (.deactivate(let id), .done):
      failures = 0
      for index in state.formers.indices where state.formers[index].credential.id == id {
        state.formers[index].credential.status = .inactive
        state.formers[index].deactivated = now.wall
      }
      actions.append(.report(.step("deactivated \(id.text), the key before, at the end of its grace")))
    case (.delete(let id), .done):
      failures = 0
      drop(id, now, &actions)
    case (_, .failed(let failure, _)): fail(failure, now, &actions)
    default:
      let failure = Failure(.internal, "cannot rotate key \(settings.key.text): the answer is to another question")
      fail(failure, now, &actions)
    }
  }

  /// Takes note that a credential of ours was deleted.
  private mutating func drop(_ id: CredentialID, _ now: ClockReading, _ actions: inout [RotationAction]) {
    state.discarded.removeAll { $0 == id }
    state.formers.removeAll { $0.credential.id == id }
    state.deleted.append(.init(id: id, at: now.wall))
    actions.append(.forget(id))
    actions.append(.report(.step("deleted \(id.text)")))
  }

  /// Notes a failure and waits before the next call.
  mutating func fail(_ failure: Failure, _ now: ClockReading, _ actions: inout [RotationAction]) {
    failures += 1
    notBefore = now.boot + RotationPolicy.backoff(failures: failures)
    nextLook = min(nextLook, notBefore)
    trouble = .failed(failure)
    actions.append(.report(.failed(failure)))
  }
}
