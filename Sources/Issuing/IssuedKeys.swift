import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// What one run issued: the outcomes, and the keys' bytes one after the other in wiped memory.
struct IssuedKeys: ~Copyable {
  /// The outcomes, in the request's order.
  private(set) var outcomes: [IssueAnswer.Outcome] = []
  /// Things an operator should know although nothing failed.
  var warnings: [String] = []
  /// What became of a call for a long-term key, if it was one.
  private(set) var longTerm: LongTermOutcome?
  /// The bytes of the issued keys.
  private(set) var keys: SecretBytes

  /// Room for a number of keys; it grows with keys that are longer than usual.
  init(capacity: Int) { keys = SecretBytes(capacity: capacity * 2048) }

  /// No key, for one reason.
  init(allFailed failure: Failure, count: Int) {
    self.init(capacity: 0)
    outcomes = Array(repeating: .failed(failure), count: count)
  }

  /// What became of a call for a long-term key.
  init(longTerm: LongTermOutcome) {
    self.init(capacity: 0)
    self.longTerm = longTerm
  }

  /// Adds a key, and what came of trying it.
  mutating func append(_ issued: consuming IssuedKey, _ verification: Verification? = nil) {
    if keys.count + issued.key.count > keys.capacity {
      var larger = SecretBytes(capacity: 2 * (keys.count + issued.key.count))
      larger.append(copyOf: keys)
      keys = larger
    }
    keys.append(copyOf: issued.key)
    outcomes.append(.issued(issued.receipt, keyLength: issued.key.count, verification: verification))
  }

  /// Adds a failure.
  mutating func append(_ failure: Failure) { outcomes.append(.failed(failure)) }

  /// Writes the answer: its length (4 bytes, little endian), its fields with what was learned of AWS's clock, the keys.
  borrowing func write(to descriptor: Int32, clockSkew: Duration?) throws(SystemError) {
    let answer = IssueAnswer(
      outcomes: outcomes, longTerm: longTerm, clockSkew: clockSkew, warnings: warnings
    ).encoded
    let length = withUnsafeBytes(of: UInt32(answer.count).littleEndian) { Array($0) }
    let output = Descriptor(owning: descriptor)
    try output.writeAll(length + answer)
    try keys.withBytes { (bytes) throws(SystemError) in try output.writeAll(bytes) }
  }
}

extension SecretBytes {
  /// Adds another secret's bytes at once; there is room for them.
  fileprivate mutating func append(copyOf other: borrowing SecretBytes) {
    precondition(capacity - count >= other.count, "no room left in a secret")
    other.withBytes { bytes in
      _ = fill(upTo: bytes.count) { room in
        room.copyMemory(from: bytes)
        return bytes.count
      }
    }
  }
}
