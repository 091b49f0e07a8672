import KeyModel
import KeyRotation
import ProcessMessages
import Testing

@Suite struct StateTests {
  /// A state in which every field says something.
  private func full() throws -> RotationState {
    var state = RotationState(user: "bedrock-batch")
    state.current = try RotationBench.credential(1)
    state.isCurrentGone = true
    state.formers = [
      .init(credential: try RotationBench.credential(2), graceEnds: RotationBench.start, deactivated: nil),
      .init(credential: try RotationBench.credential(3, status: .inactive), deactivated: RotationBench.start),
    ]
    state.pending = .intended(listed: [try RotationBench.credential(1).id], at: RotationBench.start)
    state.discarded = [try RotationBench.credential(4).id]
    state.deleted = [.init(id: try RotationBench.credential(5).id, at: RotationBench.start)]
    state.isRequested = true
    return state
  }

  @Test func survivesItsCoding() throws {
    var state = try full()
    #expect(try RotationState(decoding: state.encoded) == state)
    state.pending = .made(try RotationBench.credential(6))
    #expect(try RotationState(decoding: state.encoded) == state)
  }

  @Test func everyCutIsRefused() throws {
    let bytes = try full().encoded
    for length in bytes.indices {
      #expect(throws: MessageError.self) { try RotationState(decoding: Array(bytes[..<length])) }
    }
  }

  @Test func anotherVersionIsRefused() throws {
    var bytes = RotationState(user: "u").encoded
    bytes[4 + "bedrock-keyd rotation ".utf8.count] = UInt8(ascii: "9")
    #expect(throws: MessageError.foreign) { try RotationState(decoding: bytes) }
  }

  @Test func anIdIsNoPath() {
    for text in ["", "../x", "A/B", "A.B", "A B", String(repeating: "A", count: 129)] {
      #expect(CredentialID(text) == nil, "\(text)")
    }
  }

  @Test func anotherUsersStateIsNotTaken() throws {
    var bench = try RotationBench(state: RotationState(user: "somebody-else"))
    #expect(bench.machine.state.current == nil)
    #expect(bench.advance().calls == [.list])
  }
}
