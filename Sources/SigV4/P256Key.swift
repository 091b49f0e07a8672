import COpenSSL
import Glibc
import KeyModel

/// A private key on the curve P-256 and its signatures for JSON Web Tokens (ES256, RFC 7518, section 3.4).
package struct P256Key {
  /// How long a coordinate and each half of a signature are.
  private static let length = 32

  private let key: PrivateKey

  /// A key in PEM; nil where it is none, or one of another kind.
  package init?(pem: String) {
    guard let key = try? PrivateKey(pem: SecretBytes(copying: pem.utf8)), key.kind == .ec else { return nil }
    var group = [CChar](repeating: 0, count: 64)
    guard EVP_PKEY_get_group_name(key.key, &group, group.count, nil) == 1, strcmp(group, "prime256v1") == 0 else {
      ERR_clear_error()
      return nil
    }
    self.key = key
  }

  /// The coordinates of the public key, 32 bytes each.
  package var publicCoordinates: (x: [UInt8], y: [UInt8]) { (coordinate("qx"), coordinate("qy")) }

  /// The signature of a message by ECDSA with SHA-256: r and s, 32 bytes each.
  package func signature(of message: [UInt8]) -> [UInt8] {
    guard let der = try? key.signature(of: message) else { Self.fail() }
    return der.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      guard let pair = d2i_ECDSA_SIG(nil, &start, bytes.count) else { Self.fail() }
      defer { ECDSA_SIG_free(pair) }
      return Self.bytes(ECDSA_SIG_get0_r(pair)) + Self.bytes(ECDSA_SIG_get0_s(pair))
    }
  }

  private func coordinate(_ name: String) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(key.key, name, &number) == 1 else { Self.fail() }
    defer { BN_free(number) }
    return Self.bytes(number)
  }

  private static func bytes(_ number: OpaquePointer?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    guard BN_bn2binpad(number, &bytes, Int32(length)) == Int32(length) else { fail() }
    return bytes
  }

  /// The key was parsed: what is done with it fails only without memory.
  private static func fail() -> Never { fatalError("cannot use a private key: OpenSSL failed") }
}

/// Base64 for URLs without padding (RFC 4648, section 5), as JSON Web Tokens have it.
package func base64URL(_ bytes: [UInt8]) -> String {
  var text = [UInt8](repeating: 0, count: Base64Writer.length(of: bytes.count) + 1)
  let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
  let changed = text.prefix(Int(count)).filter { $0 != UInt8(ascii: "=") }.map { byte in
    switch byte {
    case UInt8(ascii: "+"): UInt8(ascii: "-")
    case UInt8(ascii: "/"): UInt8(ascii: "_")
    default: byte
    }
  }
  return String(decoding: changed, as: UTF8.self)
}
