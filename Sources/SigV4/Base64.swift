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
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      pendingCount += 1
      if pendingCount == 3 { writeGroup(characters: 4) }
    }
  }

  /// Encodes text as UTF-8.
  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Pads, and gives the secret back.
  package consuming func finish() -> SecretBytes {
    if pendingCount > 0 {
      let characters = pendingCount + 1
      pending <<= UInt32(8 * (3 - pendingCount))
      writeGroup(characters: characters)
      for _ in characters..<4 { secret.append(UInt8(ascii: "=")) }
    }
    return secret
  }

  private mutating func writeGroup(characters: Int) {
    for index in 0..<characters {
      secret.append(Self.alphabet[Int(pending >> UInt32(18 - 6 * index) & 63)])
    }
    pending = 0
    pendingCount = 0
  }
}
