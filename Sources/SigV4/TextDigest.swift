import COpenSSL

/// The digests that name files: AWS's tools call their caches by them.
package enum TextDigest: Sendable {
  case sha1
  case sha256

  /// The digest of a text's UTF-8, in lower-case hexadecimal.
  package func callAsFunction(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    let algorithm = self == .sha1 ? EVP_sha1() : EVP_sha256()
    guard EVP_Digest(bytes, bytes.count, &digest, &length, algorithm, nil) == 1 else {
      fatalError("cannot compute a digest: OpenSSL refuses it")
    }
    return hexadecimal(digest.prefix(Int(length)))
  }
}
