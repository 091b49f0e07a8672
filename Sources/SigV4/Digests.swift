import COpenSSL
import Glibc

/// SHA-256 and HMAC-SHA-256 by OpenSSL with contexts that are kept: fetching an algorithm costs more than using it.
final class Digests {
  /// How long a digest is (FIPS 180-4).
  static let length = 32

  private let algorithm: OpaquePointer
  private let digest: OpaquePointer
  private let mac: OpaquePointer
  private let macContext: OpaquePointer

  /// Traps where OpenSSL has no SHA-256: nothing of this program can work there.
  init() {
    guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil), let digest = EVP_MD_CTX_new(),
      let mac = EVP_MAC_fetch(nil, "HMAC", nil), let macContext = EVP_MAC_CTX_new(mac)
    else { fatalError("cannot use OpenSSL: it offers no SHA-256 or no HMAC") }
    self.algorithm = algorithm
    self.digest = digest
    self.mac = mac
    self.macContext = macContext
  }

  deinit {
    EVP_MAC_CTX_free(macContext)
    EVP_MAC_free(mac)
    EVP_MD_CTX_free(digest)
    EVP_MD_free(algorithm)
  }

  /// Begins a SHA-256; `update` feeds it and `finish` ends it.
  func begin() { check(EVP_DigestInit_ex2(digest, algorithm, nil)) }

  /// Feeds the SHA-256 that was begun.
  func update(_ bytes: UnsafeRawBufferPointer) { check(EVP_DigestUpdate(digest, bytes.baseAddress, bytes.count)) }

  /// The SHA-256 of all that was fed.
  func finish() -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Self.length)
    check(EVP_DigestFinal_ex(digest, &result, nil))
    return result
  }

  /// The SHA-256 of bytes.
  func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    begin()
    update(bytes)
    return finish()
  }

  /// HMAC-SHA-256 (RFC 2104) of a message, into a place of 32 bytes, which may be that of the key.
  func hmac(key: UnsafeRawBufferPointer, _ message: [UInt8], into result: UnsafeMutableRawBufferPointer) {
    precondition(result.count >= Self.length, "no room for a digest")
    var name = Array("SHA256\0".utf8.map { CChar($0) })
    let place = result.baseAddress?.assumingMemoryBound(to: UInt8.self)
    name.withUnsafeMutableBufferPointer { name in
      var parameters = [
        OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end(),
      ]
      let start = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
      check(EVP_MAC_init(macContext, start, key.count, &parameters))
    }
    check(EVP_MAC_update(macContext, message, message.count))
    var length = 0
    check(EVP_MAC_final(macContext, place, &length, result.count))
  }

  /// OpenSSL answers 1 when it did what it was asked; these calls fail only without memory.
  private func check(_ result: Int32) {
    guard result == 1 else { fatalError("cannot compute a digest: OpenSSL failed") }
  }
}

/// Lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
