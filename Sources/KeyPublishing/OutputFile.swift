import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

extension OutputSettings {
  /// The access that the file shall have.
  package var access: FileAccess { FileAccess(mode: mode, owner: owner, group: group) }

  /// Writes a key to this output, or leaves a file that holds it already with the right access. Returns the identity of
  /// the file that is there now and whether it was written.
  package func publish(
    _ key: borrowing SecretBytes, _ receipt: KeyReceipt
  ) throws(PublishingError) -> (identity: FileIdentity, wasWritten: Bool) {
    if let unresolved { throw PublishingError("cannot write \(path): \(unresolved)") }
    let content = render(key, receipt, as: format)
    if let identity = holds(content) { return (identity, false) }
    let written: Result<FileIdentity, PublishingError> = content.withBytes { bytes in
      do throws(PublishingError) {
        return .success(try AtomicFile.replace(path, access: access, with: [bytes]))
      } catch { return .failure(error) }
    }
    return (try written.get(), true)
  }

  /// Whether the output holds a key as it should, judged by reading it.
  package func holds(_ key: borrowing SecretBytes, _ receipt: KeyReceipt) -> Bool {
    holds(render(key, receipt, as: format)) != nil
  }

  /// The identity of the file if it is a regular file with this content and the right access.
  private func holds(_ content: borrowing SecretBytes) -> FileIdentity? {
    guard let file = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), let status = try? file.status(),
      status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o7777 == mode, Int(status.st_size) == content.count,
      owner == nil || owner == status.st_uid, group == nil || group == status.st_gid,
      let found = try? readSecret(from: file, limit: content.count), found.equals(content)
    else { return nil }
    return FileIdentity(status)
  }
}
