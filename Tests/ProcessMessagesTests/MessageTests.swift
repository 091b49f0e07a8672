import KeyModel
import ProcessMessages
import Testing

@Suite struct MessageTests {
  @Test func everyMessageComesBackAsItWent() throws {
    for sample in try Samples.all() { #expect(try sample.again(sample.bytes) == sample.bytes, "\(sample.name)") }
  }

  @Test func aMessageThatEndsEarlyIsRefusedAtEveryByte() throws {
    for sample in try Samples.all() {
      for length in sample.bytes.indices {
        #expect(throws: MessageError.truncated, "\(sample.name) cut at \(length)") {
          try sample.again(Array(sample.bytes[..<length]))
        }
      }
    }
  }

  @Test func nothingMayFollowAMessage() throws {
    for sample in try Samples.all() {
      #expect(throws: MessageError.invalid("end"), "\(sample.name)") { try sample.again(sample.bytes + [0]) }
    }
  }

  @Test func anotherVersionOrKindIsForeign() throws {
    for sample in try Samples.all() {
      var other = sample.bytes
      // The version is the last character of the signature, whose length stands in the first byte.
      other[3 + Int(other[0])] += 1
      #expect(throws: MessageError.foreign, "\(sample.name)") { try sample.again(other) }
    }
    let request = try Samples.request().encoded
    #expect(throws: MessageError.foreign) { try IssueAnswer(decoding: request) }
    #expect(throws: MessageError.foreign) { try KeeperConfiguration(decoding: request) }
  }

  /// Whatever is read from changed bytes is written back as those very bytes: nothing is half understood.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func flippedBitsAreRefusedOrReadAsTheyStand(seed: UInt64) throws {
    var random = Seeded(state: seed)
    var (accepted, refused) = (0, 0)
    for sample in try Samples.all() {
      for _ in 0..<600 {
        var bytes = sample.bytes
        for _ in 0...Int.random(in: 0...3, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
        guard let again = try? sample.again(bytes) else {
          refused += 1
          continue
        }
        accepted += 1
        #expect(again == bytes, "\(sample.name), seed \(seed)")
      }
    }
    #expect(accepted > 0 && refused > 0, "seed \(seed): \(accepted) read, \(refused) refused")
  }

  @Test(arguments: [1_000_000, Int64(Int32.max)])
  func aListThatClaimsMoreThanThereIsEndsEarly(count: Int64) {
    var writer = FieldWriter()
    writer.write(count)
    writer.write("only one")
    #expect(throws: MessageError.truncated) {
      var reader = FieldReader(writer.bytes)
      _ = try reader.readList { (field) throws(MessageError) in try field.readText() }
    }
  }

  @Test(arguments: [-1, Int64(Int32.max) + 1, Int64.min])
  func aListWithAnImpossibleCountIsRefused(count: Int64) {
    var writer = FieldWriter()
    writer.write(count)
    #expect(throws: MessageError.invalid("count")) {
      var reader = FieldReader(writer.bytes)
      _ = try reader.readList { (field) throws(MessageError) in try field.readText() }
    }
  }

  @Test func fieldsThatHoldSomethingElse() {
    var writer = FieldWriter()
    writer.write([0xFF, 0xFE] as [UInt8])
    #expect(throws: MessageError.invalid("text")) {
      var reader = FieldReader(writer.bytes)
      _ = try reader.readText()
    }
    #expect(throws: MessageError.invalid("number")) {
      var reader = FieldReader(writer.bytes)
      _ = try reader.readNumber()
    }
    var two = FieldWriter()
    two.write(2)
    #expect(throws: MessageError.invalid("flag")) {
      var reader = FieldReader(two.bytes)
      _ = try reader.readFlag()
    }
  }

  @Test func aKeyOfASourceThatIsNotThereIsRefused() throws {
    var configuration = try Samples.configuration()
    configuration.keys[0].source = 3
    #expect(throws: MessageError.invalid("source")) { try KeeperConfiguration(decoding: configuration.encoded) }
  }

  @Test(arguments: [0, IssueAnswer.longestKey + 1])
  func keysOfImpossibleLengthAreRefused(length: Int) {
    let answer = IssueAnswer(outcomes: [.issued(Samples.receipt, keyLength: length)])
    #expect(throws: MessageError.invalid("key length")) { try IssueAnswer(decoding: answer.encoded) }
    let head = KeyRecordHead(receipt: Samples.receipt, keyLength: length)
    #expect(throws: MessageError.invalid("key length")) { try KeyRecordHead(decoding: head.encoded) }
  }

  @Test func keeperOptionsAreItsArguments() {
    for options in [
      KeeperOptions(isOnce: true, compileArguments: []),
      KeeperOptions(isOnce: false, compileArguments: ["--config", "/etc/x"]),
    ] {
      #expect(KeeperOptions(arguments: options.arguments) == options)
    }
    #expect(KeeperOptions(arguments: []) == nil)
    #expect(KeeperOptions(arguments: ["--help"]) == nil)
  }
}

/// A small generator with a seed, so that what fails can be run again.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 29)) &* 0x9E37_79B9_7F4A_7C15
  }
}
