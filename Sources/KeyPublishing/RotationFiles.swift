import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// What is kept of one long-term key below the state folder: `<state>/NAME/rotation`, the state of its rotation, and
/// `<state>/NAME/key-ID` for each credential whose key we have (all 0600).
package struct RotationFiles: Sendable {
  private let stateFolder: String
  /// The key's name.
  package let key: KeyName

  /// The files of a key below a state folder.
  package init(stateFolder: String, key: KeyName) {
    self.stateFolder = stateFolder
    self.key = key
  }

  /// The file of the state.
  package var statePath: String { "\(folder)/rotation" }

  /// The folder of all of them.
  package var folder: String { "\(stateFolder)/\(key.text)" }

  /// The record of a credential.
  package func record(of credential: CredentialID) -> RecordFile {
    RecordFile(stateFolder: stateFolder, key: key, credential: credential)
  }

  /// Removes what a crash left behind.
  package func removeLeftovers() { AtomicFile.removeLeftovers(in: folder) }

  /// The bytes of the state; nil where there is none.
  package func readState() throws(SystemError) -> [UInt8]? {
    do throws(SystemError) { return try readFile(statePath, limit: 1_048_576) } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }

  /// Replaces the state, durably.
  package func writeState(_ bytes: [UInt8]) throws(PublishingError) {
    do throws(SystemError) { try makeFolders(folder, mode: 0o700) } catch {
      throw PublishingError(writing: statePath, error)
    }
    let failure: PublishingError? = bytes.withUnsafeBytes { buffer in
      do throws(PublishingError) {
        try AtomicFile.replace(statePath, access: FileAccess(mode: 0o600), with: [buffer])
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  /// The credentials whose records are there and can be read.
  package func credentials() -> [ServiceCredential] {
    let names = (try? fileNames(in: folder)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(RecordFile.credentialPrefix),
        let id = CredentialID(name.dropFirst(RecordFile.credentialPrefix.count)),
        let receipt = try? record(of: id).readReceipt()
      else { return nil }
      return ServiceCredential(id: id, created: receipt.issued, expires: receipt.expires)
    }
  }

  /// Removes the record of a credential that is no more.
  package func forget(_ credential: CredentialID) { unlink(record(of: credential).path) }

  /// The keys below a state folder that have a rotation's state.
  package static func keys(in stateFolder: String) -> [KeyName] {
    ((try? fileNames(in: stateFolder)) ?? []).compactMap { name in
      guard let key = KeyName(name) else { return nil }
      return access(RotationFiles(stateFolder: stateFolder, key: key).statePath, F_OK) == 0 ? key : nil
    }
  }
}
