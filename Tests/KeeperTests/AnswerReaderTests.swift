import Glibc
import KeyModel
import LinuxHost
import ProcessMessages
import Testing

@testable import Keeper

@Suite struct AnswerReaderTests {
  private static let receipt = KeyReceipt(
    fingerprint: "0123456789abcdef", issued: Timestamp(seconds: 1_800_000_000), expires: nil, expiresKnown: true,
    region: "eu-central-1", type: .shortTerm, credentialSource: .environment, account: "", isExample: false,
    settingsDigest: "d")

  /// An answer as it stands on the pipe: a key, a failure, and a key of more than one page.
  private static let long = String(repeating: "k", count: 5000)
  private static let answer = IssueAnswer(outcomes: [
    .issued(receipt, keyLength: 3), .failed(Failure(.denied, "no")), .issued(receipt, keyLength: 5000),
  ])
  private static let whole = framed(answer.encoded) + Array("key\(long)".utf8)

  private static func framed(_ bytes: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) } + bytes
  }

  /// A reader and the writing end of its pipe.
  private final class Bench {
    let reader: AnswerReader
    private var writer: Descriptor?

    init(expected: Int = 3) throws {
      let (readEnd, writeEnd) = try Pipe().split()
      let ours = Descriptor(owning: readEnd)
      try ours.setNonBlocking()
      reader = AnswerReader(ours, expected: expected)
      writer = Descriptor(owning: writeEnd)
    }

    func send(_ bytes: some Collection<UInt8>) throws { try writer?.writeAll(Array(bytes)) }

    /// Closes the writing end and waits for its end to be seen: a child that another test forks at this moment holds the
    /// pipe until its exec.
    func close() {
      writer = nil
      _ = waitForDescriptors(reading: [reader.pipe.number], writing: [], timeout: .seconds(5))
    }

    /// What the reader says, in a form that can be compared.
    func advance() -> String {
      switch reader.advance() {
      case .waiting: "waiting"
      case .broken(let reason): reason
      case .complete(_, let keys):
        keys.map { key in key.map { $0.bytes.withBytes { String(decoding: $0, as: UTF8.self) } } ?? "-" }
          .joined(separator: " ")
      }
    }
  }

  @Test func anAnswerThatComesAtOnceIsRead() throws {
    let bench = try Bench()
    #expect(bench.advance() == "waiting")
    try bench.send(Self.whole)
    #expect(bench.advance() == "key - \(Self.long)")
  }

  @Test func anAnswerThatComesByteByByteIsRead() throws {
    let bench = try Bench()
    for byte in Self.whole.dropLast() {
      try bench.send([byte])
      #expect(bench.advance() == "waiting")
    }
    try bench.send(Self.whole.suffix(1))
    #expect(bench.advance() == "key - \(Self.long)")
  }

  @Test func anAnswerThatEndsEarlyIsBroken() throws {
    for length in stride(from: 0, to: Self.whole.count, by: 7) {
      let bench = try Bench()
      try bench.send(Self.whole[..<length])
      #expect(bench.advance() == "waiting")
      bench.close()
      #expect(bench.advance() == "it ended early", "cut at \(length)")
    }
  }

  @Test func whatFollowsTheAnswerIsNotRead() throws {
    let bench = try Bench()
    try bench.send(Self.whole + Array("more".utf8))
    bench.close()
    #expect(bench.advance() == "key - \(Self.long)")
  }

  @Test func anAnswerForOtherKeysIsBrokenBeforeAnyKeyIsRead() throws {
    for expected in [0, 1, 2, 4] {
      let bench = try Bench(expected: expected)
      try bench.send(Self.framed(Self.answer.encoded))
      #expect(bench.advance() == "it is for other keys")
    }
  }

  @Test func anAnswerWithoutKeysIsCompleteWithItsFields() throws {
    let failed = IssueAnswer(outcomes: [.failed(Failure(.denied, "no"))])
    let bench = try Bench(expected: 1)
    try bench.send(Self.framed(failed.encoded))
    #expect(bench.advance() == "-")
  }

  @Test func whatIsNoAnswerIsBroken() throws {
    for (bytes, reason) in [
      ([0xFF, 0xFF, 0xFF, 0xFF], "it is too long"), ([1, 0, 0, 1], "it is too long"), ([0, 0, 0, 0], "it is not one"),
      (Self.framed(Array("garbage".utf8)), "it is not one"),
      (Self.framed(Self.answer.encoded + [0]), "it is not one"),
    ] as [([UInt8], String)] {
      let bench = try Bench()
      try bench.send(bytes)
      #expect(bench.advance() == reason)
    }
  }
}
