import Glibc

/// Bytes that must not outlive their use: in memory of their own that is kept out of swap and core dumps where the
/// limits allow it (mlock(2), madvise(2) MADV_DONTDUMP) and wiped when the value ends. It cannot be copied, printed,
/// interpolated or put into an array.
package struct SecretBytes: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer
  /// How many bytes are in use.
  package private(set) var count: Int

  /// Room for a number of bytes; traps where the system has no memory left, as every Swift allocation does.
  package init(capacity: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let size = max(1, (capacity + page - 1) / page) * page
    guard let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      address != MAP_FAILED
    else { fatalError("cannot map \(size) bytes: out of memory") }
    // Both may be refused (RLIMIT_MEMLOCK, an old kernel): the bytes are wiped all the same.
    _ = mlock(address, size)
    _ = madvise(address, size, MADV_DONTDUMP)
    memory = UnsafeMutableRawBufferPointer(start: address, count: size)
    count = 0
  }

  /// A copy of bytes that the caller wipes or cannot wipe.
  package init(copying bytes: some Collection<UInt8>) {
    self.init(capacity: bytes.count)
    append(contentsOf: bytes)
  }

  deinit {
    guard let address = memory.baseAddress else { return }
    explicit_bzero(address, memory.count)
    munmap(address, memory.count)
  }

  /// How many bytes fit.
  package var capacity: Int { memory.count }

  /// Adds bytes; the caller has made room for them.
  package mutating func append(contentsOf bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// Adds one byte; the caller has made room for it.
  package mutating func append(_ byte: UInt8) {
    precondition(count < memory.count, "no room left in a secret")
    memory[count] = byte
    count += 1
  }

  /// Lets a reader (read(2), say) fill the room that is left; the body returns how many bytes it wrote.
  package mutating func fill<E: Error>(
    upTo limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) -> Int {
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[count..<min(memory.count, count + limit)])
    let written = try body(room)
    precondition(written >= 0 && written <= room.count, "a reader wrote beyond its room")
    count += written
    return written
  }

  /// Lends the bytes for reading; they must not leave the body.
  package borrowing func withBytes<Result: ~Copyable, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> Result
  ) throws(E) -> Result {
    try body(UnsafeRawBufferPointer(rebasing: memory[0..<count]))
  }

  /// Whether the bytes are those of another secret; the time taken does not tell where they differ.
  package borrowing func equals(_ other: borrowing SecretBytes) -> Bool {
    guard count == other.count else { return false }
    var difference: UInt8 = 0
    for index in 0..<count { difference |= memory[index] ^ other.memory[index] }
    return difference == 0
  }
}
