import KeyModel
import ProcessMessages

extension KeyRotation {
  /// Decides on a list that just came: at most one call follows from it, then IAM is asked anew.
  mutating func consider(_ listed: [ServiceCredential], _ now: ClockReading, _ actions: inout [RotationAction]) {
    lastLook = now.wall
    nextLook = now.boot + RotationPolicy.lookInterval
    noteDeleted(listed, now)
    let here = listed.filter { credential in !state.deleted.contains { $0.id == credential.id } }
    noteStatuses(here, now)
    if isInAllFiles { beginGrace(now) }
    recover(here, now)
    forgetGone(here, now, &actions)
    if case .made = state.pending { return }
    guard settleIntent(here, now, &actions) else { return }
    if let id = state.discarded.first { return call(.delete(id), &actions) }
    if retire(here, now, &actions) { return }
    isDue(now) ? rotate(here, listed, now, &actions) : reportObstacles(here, now, &actions)
  }

  /// What was deleted is listed for a while. What is listed for longer is there: somebody who did not know it said that
  /// there is no such credential.
  private mutating func noteDeleted(_ listed: [ServiceCredential], _ now: ClockReading) {
    let old = state.deleted.filter { $0.at + RotationPolicy.consistency < now.wall }.map(\.id)
    state.deleted.removeAll { old.contains($0.id) }
    for id in old where listed.contains(where: { $0.id == id }) { discard(id) }
  }

  /// Takes over how IAM says that ours are.
  private mutating func noteStatuses(_ here: [ServiceCredential], _ now: ClockReading) {
    if let current = state.current {
      let found = here.first { $0.id == current.id }
      state.current = found ?? current
      state.isCurrentGone = found == nil && isSettled(current, now)
    }
    for index in state.formers.indices {
      guard let found = here.first(where: { $0.id == state.formers[index].credential.id }) else { continue }
      state.formers[index].credential = found
      if found.status != .active && state.formers[index].deactivated == nil {
        state.formers[index].deactivated = now.wall
      }
    }
    guard isOfOurUser(here) else { return }
    state.formers = state.formers.filter { former in
      here.contains { $0.id == former.credential.id } || !isSettled(former.credential, now)
    }
  }

  /// Removes the secrets of credentials that are no more.
  private func forgetGone(_ here: [ServiceCredential], _ now: ClockReading, _ actions: inout [RotationAction]) {
    guard state.pending == nil, isOfOurUser(here) else { return }
    for credential in durable where !isKnown(credential.id) && isSettled(credential, now) {
      if !here.contains(where: { $0.id == credential.id }) { actions.append(.forget(credential.id)) }
    }
  }

  /// A list without the current credential may be another account's, or an old one: nothing is given up for it.
  private func isOfOurUser(_ here: [ServiceCredential]) -> Bool {
    state.current.map { current in here.contains { $0.id == current.id } } ?? true
  }

  /// A credential whose secret is on disk is ours, whatever became of the answer or of the state.
  private mutating func recover(_ here: [ServiceCredential], _ now: ClockReading) {
    var isOurs: (ServiceCredential) -> Bool
    switch state.pending {
    case .made: return
    case .intended(let listed, let moment):
      isOurs = { !listed.contains($0.id) && $0.created >= moment - RotationPolicy.toleratedSkew }
    case nil:
      guard state.current == nil else { return }
      isOurs = { _ in true }
    }
    let found = durable.filter { credential in
      let isThere = here.contains { $0.id == credential.id } || !isSettled(credential, now)
      return !isKnown(credential.id) && isThere && isOurs(credential)
    }.sorted { $0.created < $1.created }
    guard let newest = found.last else { return }
    probes = 0
    nextProbe = .zero
    state.pending = .made(newest)
    for older in found.dropLast() { state.formers.append(.init(credential: older)) }
  }

  /// Finds out what became of a creation whose answer was lost. False while that is not known.
  private mutating func settleIntent(
    _ here: [ServiceCredential], _ now: ClockReading, _ actions: inout [RotationAction]
  ) -> Bool {
    guard case .intended(let listed, let moment) = state.pending else { return true }
    let appeared = here.filter { credential in
      !listed.contains(credential.id) && !isKnown(credential.id)
        && credential.created >= moment - RotationPolicy.toleratedSkew
        && credential.created <= moment + settings.settling + RotationPolicy.toleratedSkew
    }
    ambiguous = []
    if appeared.isEmpty {
      nextLook = now.boot + RotationPolicy.settlingInterval
      guard now.wall >= moment + settings.settling else { return false }
    } else if settings.longTerm.adopts && appeared.count == 1 {
      state.discarded += appeared.map(\.id)
      actions.append(.report(.step("adopted \(appeared[0].id.text), whose secret was lost, to delete it")))
    } else {
      ambiguous = appeared.map(\.id)
      nextLook = now.boot + RotationPolicy.troubleInterval
      tell(.ambiguous(ambiguity(appeared)), &actions)
      return false
    }
    state.pending = nil
    return true
  }

  /// Deactivates a former key whose grace is over while the current one works, and deletes one that was inactive long
  /// enough. One that somebody activated again is left alone. True when a call follows.
  private mutating func retire(
    _ here: [ServiceCredential], _ now: ClockReading, _ actions: inout [RotationAction]
  ) -> Bool {
    for former in state.formers {
      guard let found = here.first(where: { $0.id == former.credential.id }) else { continue }
      if former.deactivated == nil, let graceEnds = former.graceEnds, graceEnds <= now.wall,
        isCurrentWorking(at: now), here.contains(where: { $0.id == state.current?.id })
      {
        call(.deactivate(found.id), &actions)
        return true
      }
      if let deactivated = former.deactivated, deactivated + RotationPolicy.keeping <= now.wall, found.status != .active
      {
        discard(found.id)
        call(.delete(found.id), &actions)
        return true
      }
    }
    return false
  }

  /// What is deleted is known as such before it is, or a crash would make it look withdrawn by somebody.
  mutating func discard(_ id: CredentialID) {
    state.formers.removeAll { $0.credential.id == id }
    if state.current?.id == id { state.current = nil }
    if !state.discarded.contains(id) { state.discarded.append(id) }
  }

  /// Whether a credential is known as ours.
  func isKnown(_ id: CredentialID) -> Bool { state.ours.contains(id) }

  /// Whether a credential is old enough that IAM lists it if it is there.
  private func isSettled(_ credential: ServiceCredential, _ now: ClockReading) -> Bool {
    now.wall >= credential.created + RotationPolicy.consistency
  }

  /// Tells something once, until something else holds.
  mutating func tell(_ report: RotationReport, _ actions: inout [RotationAction]) {
    let isNews = trouble != report
    trouble = report
    if isNews { actions.append(.report(report)) }
  }
}
