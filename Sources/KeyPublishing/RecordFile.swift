import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// A key and what is known of it, as they stand in the record on disk.
package struct KeyRecord: ~Copyable {
  /// What is known of the key.
  package let receipt: KeyReceipt
  /// The key.
  package let key: SecretBytes

  /// A record by its parts.
  package init(receipt: KeyReceipt, key: consuming SecretBytes) {
    self.receipt = receipt
    self.key = key
  }
}

/// The record of one key: `<runtime>/NAME/record`, replaced before the outputs, which are copies of it; for the credential
/// of a long-term key `<state>/NAME/key-ID`. In the file: the length of its head (4 bytes, little endian), the head, the
/// key.
package struct RecordFile: Sendable {
  /// The key's folder.
  package let folder: String
  private let name: String
  private let folderMode: mode_t

  /// The record of a key below a runtime folder. Its folder is open to all: secrecy is the files' mode.
  package init(runtimeFolder: String, key: KeyName) {
    folder = "\(runtimeFolder)/\(key.text)"
    name = "record"
    folderMode = 0o755
  }

  /// The durable record of a credential below a state folder.
  package init(stateFolder: String, key: KeyName, credential: CredentialID) {
    folder = "\(stateFolder)/\(key.text)"
    name = Self.credentialPrefix + credential.text
    folderMode = 0o700
  }

  /// How the name of a credential's record begins.
  static let credentialPrefix = "key-"

  /// The file.
  package var path: String { "\(folder)/\(name)" }

  /// Replaces the record; the key's folder is made if it is missing.
  package func write(_ key: borrowing SecretBytes, _ receipt: KeyReceipt) throws(PublishingError) {
    do throws(SystemError) { try makeFolders(folder, mode: folderMode) } catch {
      throw PublishingError(writing: path, error)
    }
    let head = KeyRecordHead(receipt: receipt, keyLength: key.count).encoded
    var prefix = FieldWriter()
    prefix.write(head)
    let result: Result<Void, PublishingError> = prefix.bytes.withUnsafeBytes { headBytes in
      key.withBytes { keyBytes in
        do throws(PublishingError) {
          try AtomicFile.replace(path, access: FileAccess(mode: 0o600), with: [headBytes, keyBytes])
          return .success(())
        } catch { return .failure(error) }
      }
    }
    try result.get()
  }

  /// Reads the record; throws the system's error where it cannot be read, EBADMSG where it is none.
  package func read() throws(SystemError) -> KeyRecord {
    let file = try open()
    let head = try Self.head(file)
    let key = try readSecret(from: file, limit: head.keyLength)
    guard key.count == head.keyLength else { throw SystemError(code: EBADMSG) }
    return KeyRecord(receipt: head.receipt, key: key)
  }

  /// Reads what is known of the key, and not the key; throws as `read` does.
  package func readReceipt() throws(SystemError) -> KeyReceipt { try Self.head(try open()).receipt }

  /// O_NONBLOCK: a pipe in its place must not be waited for.
  private func open() throws(SystemError) -> Descriptor {
    try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }

  private static func head(_ file: borrowing Descriptor) throws(SystemError) -> KeyRecordHead {
    let length = try number(file)
    guard length <= longestHead else { throw SystemError(code: EBADMSG) }
    var bytes = [UInt8](repeating: 0, count: length)
    try readExactly(file, &bytes)
    guard let head = try? KeyRecordHead(decoding: bytes) else { throw SystemError(code: EBADMSG) }
    return head
  }

  private static let longestHead = 4096

  private static func number(_ file: borrowing Descriptor) throws(SystemError) -> Int {
    var bytes: [UInt8] = [0, 0, 0, 0]
    try readExactly(file, &bytes)
    return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func readExactly(_ file: borrowing Descriptor, _ bytes: inout [UInt8]) throws(SystemError) {
    let number = file.number
    var filled = 0
    while filled < bytes.count {
      let start = filled
      let count = try retrying {
        bytes.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress?.advanced(by: start), $0.count - start) }
      }
      guard count > 0 else { throw SystemError(code: EBADMSG) }
      filled += count
    }
  }
}
