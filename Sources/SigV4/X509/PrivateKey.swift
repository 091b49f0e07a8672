import COpenSSL
import KeyModel

/// A private key that OpenSSL keeps, and wipes when this ends.
package final class PrivateKey {
  /// The kinds of keys that sign.
  package enum Kind: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5 (RFC 8017).
    case rsa
    /// ECDSA; signatures are in DER (RFC 3279, 2.2.3).
    case ec
  }

  /// The kind of key.
  package let kind: Kind
  let key: OpaquePointer

  /// Reads the first private key of a text in PEM form: PKCS#1 (RFC 8017), SEC 1 (RFC 5915) or PKCS#8 (RFC 5958).
  /// Throws for keys of other kinds and for encrypted ones, since nobody is there to type a passphrase.
  package init(pem: borrowing SecretBytes) throws(SigningFileError) {
    ERR_clear_error()
    defer { ERR_clear_error() }
    var isEncrypted = false
    let found = pem.withBytes { bytes -> OpaquePointer? in
      // A view of the secret's own memory, not a copy of it.
      guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
      defer { BIO_free(source) }
      return withUnsafeMutablePointer(to: &isEncrypted) { asked in
        PEM_read_bio_PrivateKey(
          source, nil,
          { _, _, _, asked in
            asked?.assumingMemoryBound(to: Bool.self).pointee = true
            return -1
          }, asked)
      }
    }
    guard let found else {
      throw isEncrypted
        ? SigningFileError(
          "it is encrypted, and nobody is there to type its passphrase",
          hint: "store it decrypted: openssl pkey -in FILE -out FILE")
        : SigningFileError("it holds no private key", hint: "it must be PEM: PKCS#8, PKCS#1 or SEC 1")
    }
    if EVP_PKEY_is_a(found, "RSA") == 1 {
      kind = .rsa
    } else if EVP_PKEY_is_a(found, "EC") == 1 {
      kind = .ec
    } else {
      EVP_PKEY_free(found)
      throw SigningFileError("its key is of a kind that cannot sign here", hint: "it must be an RSA or EC key")
    }
    key = found
  }

  deinit { EVP_PKEY_free(key) }

  /// The signature of bytes with SHA-256. Throws where OpenSSL refuses the key, for instance an RSA key that is too short.
  func signature(of bytes: [UInt8]) throws(SigningFileError) -> [UInt8] {
    defer { ERR_clear_error() }
    guard let context = EVP_MD_CTX_new() else { fatalError("cannot sign: OpenSSL has no memory") }
    defer { EVP_MD_CTX_free(context) }
    var length = 0
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
      EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
    else { throw Self.refusal }
    var signature = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else { throw Self.refusal }
    return Array(signature.prefix(length))
  }

  private static let refusal = SigningFileError("OpenSSL cannot sign with it")
}
