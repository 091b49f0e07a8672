import Glibc
import KeyModel

/// What a file of a secret holds.
package struct SecretFile: ~Copyable {
  /// Its bytes.
  package let content: SecretBytes
  /// Whether its mode lets every user read it.
  package let isReadableByAll: Bool

  /// A file by its parts.
  package init(content: consuming SecretBytes, isReadableByAll: Bool = false) {
    self.content = content
    self.isReadableByAll = isReadableByAll
  }
}

/// Reads a file of a secret straight into wiped memory; throws EFBIG beyond the limit.
package func readSecretFile(_ path: String, limit: Int = 65_536) throws(SystemError) -> SecretFile {
  let file = try Descriptor.open(path, O_RDONLY)
  let mode = try file.status().st_mode
  return SecretFile(content: try readSecret(from: file, limit: limit), isReadableByAll: mode & S_IROTH != 0)
}

/// Reads a file to its end into memory that is wiped; throws EFBIG beyond the limit.
package func readSecret(from file: borrowing Descriptor, limit: Int) throws(SystemError) -> SecretBytes {
  var secret = SecretBytes(capacity: limit + 1)
  while true {
    let count = try secret.fill(upTo: limit + 1 - secret.count) { (room) throws(SystemError) in
      try file.read(into: room)
    }
    if count == 0 { return secret }
    if secret.count > limit { throw SystemError(code: EFBIG) }
  }
}
