import Glibc
import KeyModel
import Testing

@Suite struct SecretBytesTests {
  private func text(_ secret: borrowing SecretBytes) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test func bytesAreKeptInOrder() {
    var secret = SecretBytes(copying: "key".utf8)
    secret.append(UInt8(ascii: "-"))
    secret.append(contentsOf: "end".utf8)
    let (found, count) = (text(secret), secret.count)
    #expect(found == "key-end")
    #expect(count == 7)
  }

  @Test func roomIsWholePages() {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    for (bytes, pages) in [(0, 1), (1, 1), (page, 1), (page + 1, 2), (3 * page, 3)] {
      let secret = SecretBytes(capacity: bytes)
      let capacity = secret.capacity
      #expect(capacity == pages * page, "\(bytes)")
    }
  }

  @Test func aReaderFillsWhatIsLeft() {
    var secret = SecretBytes(copying: "a".utf8)
    let offered = secret.fill(upTo: 2) { room in
      room.copyBytes(from: "bc".utf8)
      return room.count
    }
    #expect(offered == 2)
    let found = text(secret)
    #expect(found == "abc")
    let capacity = secret.capacity
    let rest = secret.fill(upTo: capacity) { $0.count }
    #expect(rest == capacity - 3)
    let none = secret.fill(upTo: 10) { $0.count }
    #expect(none == 0)
  }

  @Test func secretsAreComparedByTheirBytes() {
    let secret = SecretBytes(copying: "abc".utf8)
    for (other, isSame) in [("abc", true), ("abd", false), ("ab", false), ("abcd", false), ("", false), ("xbc", false)]
    {
      let second = SecretBytes(copying: other.utf8)
      let answer = secret.equals(second)
      #expect(answer == isSame, "\(other)")
    }
  }

  /// The kernel reads the memory for us, so that an address that is no longer mapped is an error and no crash.
  @Test func theBytesAreGoneWithTheValue() {
    let content = Array("bedrock-api-key-secret".utf8)
    var address: UnsafeRawPointer?
    do {
      let secret = SecretBytes(copying: content)
      address = secret.withBytes { $0.baseAddress }
      #expect(readThroughKernel(address, content.count) == content)
    }
    #expect(readThroughKernel(address, content.count) != content)
  }

  private func readThroughKernel(_ address: UnsafeRawPointer?, _ count: Int) -> [UInt8] {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return [] }
    defer { for end in ends { close(end) } }
    guard write(ends[1], address, count) == count else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    return read(ends[0], &bytes, count) == count ? bytes : []
  }
}
