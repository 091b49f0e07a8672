import KeyModel
import KeyRotation
import ProcessMessages
import RenewalSchedule

extension RotationWorld {
  /// Whether something may go wrong at an action: not at the hourly lists of quiet times, which are all alike.
  func isFaultPoint(_ action: RotationAction) -> Bool {
    if case .call(.list) = action { return boot - lastList < .seconds(3500) || lastList == .zero }
    return !RotationFault.possible(at: action).isEmpty
  }

  /// Carries out one action, with what goes wrong at it.
  mutating func perform(_ action: RotationAction, _ fault: RotationFault? = nil) {
    if fault == .killedBefore { return restart() }
    switch action {
    case .save(let state):
      if fault == .diskFull {
        events.append(.saveFailed(Failure(.misconfigured, "cannot write the state: no space left")))
        // What the state announces is not done.
        waiting = []
        return
      }
      savedState = state
    case .publish(let id):
      guard fault != .publicationFailed else {
        events.append(.publicationFailed(Failure(.misconfigured, "cannot write the record: no space left")))
        return
      }
      publish(id)
    case .forget(let id):
      if id == published && iam.accepts(id, at: wall) { violations.append("forgot \(id.text), which is published") }
      secrets[id] = id == published ? secrets[id] : nil
    case .report(let report): reports.append(report)
    case .call(let call):
      if call == .list { lastList = boot }
      let outcome = carryOut(call, fault)
      answer = (outcome, at: boot + .milliseconds(100))
    }
    judge()
    if fault == .killedAfter || fault == .appliedAndKilled || fault == .durableAndKilled { restart() }
  }

  private mutating func publish(_ id: CredentialID) {
    guard let credential = secrets[id] else {
      violations.append("there is no secret to publish for \(id.text)")
      return
    }
    published = id
    if publications[id] == nil { publications[id] = wall }
    let window = credential.expires.map { RenewalPolicy.window(life: $0 - credential.created, renewBefore: nil) }
    let renewal = window.flatMap { window in credential.expires.map { $0 - window } }
    events.append(.published(id, renewal: renewal))
  }

  /// What IAM or Bedrock makes of a call, and what comes back.
  private mutating func carryOut(_ call: LongTermCall, _ fault: RotationFault?) -> LongTermOutcome {
    switch fault {
    case .refused: return .failed(Failure(.denied, "AWS says no"), isCertain: true)
    case .throttled: return .failed(Failure(.throttled, "AWS says not so fast"), isCertain: true)
    case .lost: return .failed(Failure(.timeout, "no answer"), isCertain: false)
    default: break
    }
    let outcome = apply(call, isSecretKept: fault != .appliedAndLost && fault != .appliedAndKilled)
    guard fault == .appliedAndLost || fault == .durableAndLost else { return outcome }
    return .failed(Failure(.timeout, "no answer"), isCertain: false)
  }

  private mutating func apply(_ call: LongTermCall, isSecretKept: Bool) -> LongTermOutcome {
    switch call {
    case .list: return .listed(iam.listed(at: wall))
    case .create(let days):
      if iam.credentials.count >= 2 && !isDisturbed { violations.append("asked for a third credential") }
      guard let made = iam.create(by: maker, ageDays: days, at: wall) else {
        return .failed(Failure(.misconfigured, "LimitExceeded"), isCertain: true)
      }
      creations += 1
      if isSecretKept { secrets[made.id] = made }
      return .created(made)
    case .probe(let id):
      if iam.isKnown(id, at: wall) && iam.accepts(id, at: wall) { return .probed(.accepted) }
      return .probed(.refused(Failure(.denied, "Authentication failed")))
    case .deactivate(let id):
      judgeTouch(id, "deactivated")
      iam.setStatus(id, .inactive)
      return .done
    case .delete(let id):
      judgeTouch(id, "deleted")
      iam.delete(id)
      return .done
    }
  }

  /// A credential of somebody else is never touched, the published one never, and the one before it not in its grace.
  private mutating func judgeTouch(_ id: CredentialID, _ what: String) {
    if iam.makers[id] != maker { violations.append("\(what) \(id.text), which somebody else made") }
    guard iam.accepts(id, at: wall) else { return }
    if id == published { violations.append("\(what) \(id.text), which is published and works") }
    guard publications[id] != nil, let published, let since = publications[published] else { return }
    if wall < since + settings.longTerm.grace { violations.append("\(what) \(id.text) in its grace") }
  }
}

extension RotationAction {
  /// A word for the path of a case.
  var name: String {
    switch self {
    case .save: "save"
    case .publish: "publish"
    case .forget: "forget"
    case .call(let call): "\(call)"
    case .report: "report"
    }
  }
}
