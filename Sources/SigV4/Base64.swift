import KeyModel

/// Writes standard base64 with padding (RFC 4648, section 4) straight into a secret, from bytes that come in pieces.
package struct Base64Writer: ~Copyable {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private var secret: SecretBytes
  private var pending: UInt32 = 0
  private var pendingCount = 0

  /// Goes on after what the secret holds already; it has room for what will come.
  package init(appendingTo secret: consuming SecretBytes) { self.secret = secret }

  /// How many characters so many bytes become.
  package static func length(of count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Encodes more bytes.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    // Raw memory is not checked in a release build.
    precondition(
      secret.capacity - secret.count >= (pendingCount + bytes.count) / 3 * 4, "no room left in a secret")
    let alphabet = Self.alphabet
    var (group, count) = (pending, pendingCount)
    _ = secret.fill(upTo: Self.length(of: count + bytes.count)) { room in
      var written = 0
      for byte in bytes {
        group = group << 8 | UInt32(byte)
        count += 1
        guard count == 3 else { continue }
        for index in 0..<4 { room[written + index] = alphabet[Int(group >> UInt32(18 - 6 * index) & 63)] }
        written += 4
        (group, count) = (0, 0)
      }
      return written
    }
    (pending, pendingCount) = (group, count)
  }

  /// Encodes text as UTF-8.
  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Pads, and gives the secret back.
  package consuming func finish() -> SecretBytes {
    guard pendingCount > 0 else { return secret }
    let group = pending << UInt32(8 * (3 - pendingCount))
    for index in 0..<4 {
      let character = Self.alphabet[Int(group >> UInt32(18 - 6 * index) & 63)]
      secret.append(index <= pendingCount ? character : UInt8(ascii: "="))
    }
    return secret
  }
}
