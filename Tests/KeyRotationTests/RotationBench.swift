import KeyModel
import KeyRotation
import ProcessMessages
import Testing

/// A rotation under test with a clock that stands still until it is told.
struct RotationBench {
  static let start = Timestamp(seconds: 1_800_000_000)
  static let refusal = Failure(.denied, "Bedrock says no")
  static let silence = Failure(.unreachable, "nobody answers")

  var machine: KeyRotation
  var now = ClockReading(wall: RotationBench.start, boot: .seconds(1000))
  var durable: [ServiceCredential]

  init(
    state: RotationState? = nil, durable: [ServiceCredential] = [], adopts: Bool = false,
    verification: VerificationPolicy = .require
  ) throws {
    let settings = RotationSettings(
      key: try #require(KeyName("batch")),
      longTerm: LongTermSettings(user: "bedrock-batch", ageDays: 90, grace: .seconds(48 * 3600), adopts: adopts),
      verification: verification)
    machine = KeyRotation(settings, state: state, durable: durable)
    self.durable = durable
  }

  static func credential(
    _ number: Int, age: Duration = .seconds(86_400), status: ServiceCredential.Status = .active
  ) throws -> ServiceCredential {
    let id = try #require(CredentialID("ACCAEXAMPLE10000000\(number)"))
    let created = start - age
    return ServiceCredential(id: id, created: created, expires: created + .seconds(90 * 86_400), status: status)
  }

  /// A state with a published credential.
  static func state(current: ServiceCredential, formers: [RotationState.Former] = []) -> RotationState {
    var state = RotationState(user: "bedrock-batch")
    state.current = current
    state.formers = formers
    return state
  }

  mutating func pass(_ span: Duration) { now = now.later(by: span) }

  mutating func advance(_ event: RotationEvent = .woke) -> [RotationAction] { machine.advance(event, at: now) }

  mutating func end(_ outcome: LongTermOutcome) -> [RotationAction] { advance(.ended(outcome, durable: durable)) }

  /// The next list, whatever else is told, and what follows from it.
  mutating func look(_ credentials: [ServiceCredential]) -> [RotationAction] {
    #expect(advance().contains(.call(.list)))
    return end(.listed(credentials))
  }

  /// Time passes until something is due.
  mutating func wait() {
    guard let due = machine.due(at: now) else { return }
    pass(max(.zero, due - now.boot))
  }
}

extension [RotationAction] {
  /// The calls among the actions.
  var calls: [LongTermCall] {
    compactMap { if case .call(let call) = $0 { call } else { nil } }
  }

  /// The texts of the failures and warnings among the actions.
  var told: [String] {
    compactMap { action in
      switch action {
      case .report(.failed(let failure)), .report(.warning(let failure)), .report(.ambiguous(let failure)): failure.text
      default: nil
      }
    }
  }
}
