import KeyModel
import KeyRotation
import ProcessMessages
import RenewalSchedule

/// What goes wrong at one action.
enum RotationFault: CaseIterable {
  /// The daemon is killed before it, or after it and before anything that follows.
  case killedBefore
  case killedAfter
  /// AWS says no, or not so fast: nothing is changed.
  case refused
  case throttled
  /// Nothing reaches IAM, and nothing comes back.
  case lost
  /// IAM does it, and the answer does not come back; with a kill, nobody waits for it any more.
  case appliedAndLost
  case appliedAndKilled
  /// The issuer made the secret durable, and its answer does not come back.
  case durableAndLost
  case durableAndKilled
  /// The disk is full.
  case diskFull
  case publicationFailed

  /// What can go wrong at an action.
  static func possible(at action: RotationAction) -> [RotationFault] {
    switch action {
    case .save: [.killedBefore, .killedAfter, .diskFull]
    case .publish: [.killedBefore, .killedAfter, .publicationFailed]
    case .forget: [.killedBefore, .killedAfter]
    case .report: []
    case .call(.create):
      [
        .killedBefore, .killedAfter, .refused, .throttled, .lost, .appliedAndLost, .appliedAndKilled, .durableAndLost,
        .durableAndKilled,
      ]
    case .call(.deactivate), .call(.delete):
      [.killedBefore, .killedAfter, .refused, .throttled, .lost, .appliedAndLost, .appliedAndKilled]
    case .call: [.killedBefore, .refused, .throttled, .lost]
    }
  }
}

/// What an operator does an hour after the state became ambiguous.
enum RotationOperator {
  case deletes
  case renews
}

/// One daemon, its disk, IAM and the operator. A value, so that a run can be forked at any action.
struct RotationWorld {
  static let epoch = Timestamp(seconds: 1_800_000_000)

  let settings: RotationSettings
  let operatorChoice: RotationOperator
  var maker = SimulatedIAM.Maker.daemon
  var iam: SimulatedIAM
  var machine: KeyRotation
  var wall = RotationWorld.epoch
  var boot: Duration = .seconds(100)

  // What survives a kill.
  var savedState: RotationState?
  var secrets: [CredentialID: ServiceCredential] = [:]
  var published: CredentialID?
  /// When each key was published first.
  var publications: [CredentialID: Timestamp] = [:]

  // What does not.
  var answer: (LongTermOutcome, at: Duration)?
  var events: [RotationEvent] = []
  var waiting: [RotationAction] = []
  var ambiguousSince: Duration?

  var reports: [RotationReport] = []
  var creations = 0
  var lastList: Duration = .zero
  var violations: [String] = []
  /// Whether somebody else's credential may be in the way of a rotation, so that a key may die.
  var isDisturbed = false

  init(_ settings: RotationSettings, _ operatorChoice: RotationOperator = .deletes, lag: Duration = .seconds(8)) {
    self.settings = settings
    self.operatorChoice = operatorChoice
    iam = SimulatedIAM(lag: lag)
    machine = KeyRotation(settings, state: nil, durable: [])
    events = [.woke]
  }

  var now: ClockReading { ClockReading(wall: wall, boot: boot) }

  var durable: [ServiceCredential] { Array(secrets.values) }

  /// The daemon dies and is started again five seconds later.
  mutating func restart() {
    pass(.seconds(5))
    // The state goes through its coding, as it does through the disk.
    let state = savedState.flatMap { try? RotationState(decoding: $0.encoded) }
    if state != savedState { violations.append("the state does not survive its coding") }
    machine = KeyRotation(settings, state: state, durable: durable)
    answer = nil
    waiting = []
    events = [.woke]
    ambiguousSince = nil
  }

  mutating func pass(_ span: Duration) {
    wall = wall + span
    boot += span
    judge()
  }

  /// The next action; nil where an event brought none. Time passes when nothing waits, at most to the end.
  mutating func nextAction(until end: Timestamp) -> RotationAction? {
    if waiting.isEmpty {
      tend()
      waiting = decide(until: end)
    }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }

  private mutating func decide(until end: Timestamp) -> [RotationAction] {
    if !events.isEmpty { return machine.advance(events.removeFirst(), at: now) }
    var moments = [boot + (end - wall)]
    if let answer { moments.append(answer.at) }
    if let due = machine.due(at: now) { moments.append(due) }
    if let ambiguousSince { moments.append(ambiguousSince + .seconds(3600)) }
    pass(max(.zero, (moments.min() ?? boot) - boot))
    if let (outcome, moment) = answer, moment <= boot {
      answer = nil
      return machine.advance(.ended(outcome, durable: durable), at: now)
    }
    return machine.advance(.woke, at: now)
  }

  /// What the operator does about an ambiguous state.
  private mutating func tend() {
    guard !machine.ambiguous.isEmpty else {
      ambiguousSince = nil
      return
    }
    guard let since = ambiguousSince else {
      ambiguousSince = boot
      return
    }
    guard boot >= since + .seconds(3600) else { return }
    switch operatorChoice {
    case .deletes: for id in machine.ambiguous { iam.delete(id) }
    case .renews:
      isDisturbed = true
      for id in machine.ambiguous { iam.giveAway(id) }
      events.append(.renewalRequested)
    }
    ambiguousSince = nil
  }

  /// What must hold at every moment.
  mutating func judge() {
    if let published {
      if secrets[published] == nil { violations.append("the secret of \(published.text), which is published, is lost") }
      if !isDisturbed && !iam.accepts(published, at: wall) {
        violations.append("the published \(published.text) does not work at \(wall.rfc3339)")
      }
    }
    if iam.credentials.count > 2 { violations.append("IAM has a third credential") }
  }
}
