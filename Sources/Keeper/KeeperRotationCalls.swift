import KeyModel
import KeyReporting
import KeyRotation
import LinuxHost
import ProcessMessages
import RenewalSchedule

extension Keeper {
  /// What the issuer is asked in an attempt for a long-term key; nil where it is one for short-term keys.
  func longTermRequest(_ attempt: AttemptID, _ keys: [Int]) -> LongTermRequest? {
    guard let key = keys.first, let run = rotations[key], let call = run.call else { return nil }
    run.attempt = attempt
    let settings = configuration.keys[key]
    return LongTermRequest(
      key: settings.name, user: run.machine.state.user, region: settings.region, call: call,
      settingsDigest: settings.settingsDigest)
  }

  /// Hands what became of a call to its rotation.
  func endCall(_ attempt: AttemptID, _ outcome: LongTermOutcome) {
    guard let (key, run) = rotations.first(where: { $0.value.attempt == attempt }) else { return }
    run.attempt = nil
    run.call = nil
    advance(key, .ended(outcome, durable: run.files.credentials()))
  }

  /// The call of an attempt that was killed: nobody knows what became of it.
  func endKilledCall(_ attempt: AttemptID) {
    let failure = Failure(
      .timeout, "cannot rotate the key: no answer within \(configuration.daemon.attemptTimeout.setting)",
      hint: "attempt_timeout sets how long an attempt may take")
    endCall(attempt, .failed(failure, isCertain: false))
  }

  /// Starts a rotation that somebody asked for, or says why not.
  func requestRotation(_ key: Int) -> ControlReply {
    guard let run = rotations[key] else {
      let reason = schedule.keys[key].lastFailure?.text ?? "cannot rotate the key: its rotation does not run"
      return ControlReply(isAccepted: false, text: reason)
    }
    if let refusal = run.machine.refusal(at: corrected(.now())) {
      return ControlReply(isAccepted: false, text: refusal.text)
    }
    let name = configuration.keys[key].name
    tell(.init(.requested, .info, "asked by a command to rotate \(name.text)", key: name))
    advance(key, .renewalRequested)
    return ControlReply(isAccepted: true, text: "rotating \(name.text)")
  }

  /// Whether nothing more is to be waited for, for `--once`: each short-term key was attempted, and each rotation waits
  /// for another time.
  func isEachKeyAttempted(_ now: ClockReading) -> Bool {
    attempted.union(rotations.keys).count == configuration.keys.count
      && rotations.values.allSatisfy { $0.machine.isResting(at: corrected(now)) }
  }

  /// Before a stop: an answer to a creation that is under way is waited for, since it brings the only copy of a secret.
  func awaitCreations() {
    let limit = ClockReading.now().boot + .seconds(10)
    while rotations.values.contains(where: \.isCreating) {
      let left = limit - ClockReading.now().boot
      guard left > .zero else { return }
      takeAnswers(Set(waitForDescriptors(reading: pool.descriptors, writing: [], timeout: left)))
    }
  }

  /// Puts a report of a rotation into words.
  func tell(_ report: RotationReport, _ key: Int) {
    let name = configuration.keys[key].name
    switch report {
    case .failed(let failure), .ambiguous(let failure): carryOut(schedule.advance(.hindered(key, failure), at: .now()))
    case .warning(let failure):
      var entry = JournalEntry(.warning, .warning, failure.text, key: name)
      entry.reason = failure.reason
      tell(entry)
    case .settled:
      carryOut(schedule.advance(.unhindered(key), at: .now()))
      tell(JournalEntry(.rotation, .info, "nothing is in the way of key \(name.text) any more", key: name))
    case .step(let words): tell(JournalEntry(.rotation, .info, "key \(name.text): \(words)", key: name))
    }
  }
}
