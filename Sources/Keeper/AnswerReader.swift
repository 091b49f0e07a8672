import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// Reads an issuer's answer as it comes, without waiting: its length, its fields, then each key straight into memory
/// that is wiped. Never reads beyond the part it is at, so no key passes through ordinary memory.
final class AnswerReader {
  enum Progress {
    case waiting
    case complete(IssueAnswer, [ArrivedKey?])
    case broken(String)
  }

  let pipe: Descriptor
  private let expected: Int
  private var head: [UInt8] = []
  private var headLength: Int?
  private var answer: IssueAnswer?
  private var lengths: [Int?] = []
  private var keys: [ArrivedKey?] = []
  private var partial: ArrivedKey?

  /// Takes over the reading end of the pipe, which does not block, for an answer with so many outcomes: an issuer that
  /// went wrong must not make us hold more keys than were asked for.
  init(_ pipe: consuming Descriptor, expected: Int) {
    self.pipe = pipe
    self.expected = expected
  }

  /// Reads what is there.
  func advance() -> Progress {
    do throws(SystemError) {
      while true {
        if let answer, keys.count == lengths.count { return .complete(answer, keys) }
        let count = answer == nil ? try readHead() : try readKey()
        if count == 0 { return .broken("it ended early") }
        if let reason = takeHead() { return .broken(reason) }
      }
    } catch {
      return error.code == EAGAIN ? .waiting : .broken(error.reason)
    }
  }

  /// Reads the rest of the length or of the fields.
  private func readHead() throws(SystemError) -> Int {
    let missing = (headLength.map { $0 + 4 } ?? 4) - head.count
    var chunk = [UInt8](repeating: 0, count: min(missing, 65_536))
    let number = pipe.number
    let count = try retrying { read(number, &chunk, chunk.count) }
    head.append(contentsOf: chunk[0..<count])
    return count
  }

  /// Decodes the length or the fields once they are there; returns what is wrong with them.
  private func takeHead() -> String? {
    if headLength == nil, head.count == 4 {
      let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= IssueAnswer.longest else { return "it is too long" }
      headLength = length
    }
    guard let headLength, answer == nil, head.count == headLength + 4 else { return nil }
    guard let decoded = try? IssueAnswer(decoding: Array(head[4...])) else { return "it is not one" }
    guard decoded.outcomes.count == expected else { return "it is for other keys" }
    lengths = decoded.outcomes.map { outcome in
      if case .issued(_, let length, _) = outcome { length } else { nil }
    }
    answer = decoded
    skipFailures()
    return nil
  }

  /// Reads the rest of the key that is due.
  private func readKey() throws(SystemError) -> Int {
    guard let length = lengths[keys.count] else { preconditionFailure("failed outcomes bring no key") }
    let key = partial ?? ArrivedKey(SecretBytes(capacity: length))
    partial = key
    let number = pipe.number
    let count = try key.bytes.fill(upTo: length - key.bytes.count) { (room) throws(SystemError) in
      try retrying { read(number, room.baseAddress, room.count) }
    }
    guard key.bytes.count == length else { return count }
    keys.append(key)
    skipFailures()
    return count
  }

  private func skipFailures() {
    partial = nil
    while keys.count < lengths.count, lengths[keys.count] == nil { keys.append(nil) }
  }
}
