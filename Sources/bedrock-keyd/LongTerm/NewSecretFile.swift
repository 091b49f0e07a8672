import CLinux
import Glibc
import KeyModel
import LinuxHost

/// A new file for a secret that does not exist yet: it is made, closed to others and given its room on the disk first, so
/// that nothing is left that could fail for a reason of the file's. It is removed unless it is filled.
struct NewSecretFile: ~Copyable {
  /// Its path.
  let path: String
  private let file: Descriptor
  private var isFilled = false

  /// Room for a secret, in bytes: more than any long-term key takes.
  private static let room: off_t = 4096

  /// Makes the file; one that is there already is never touched.
  init(_ path: String) throws(Failure) {
    file = try Self.make(path)
    self.path = path
  }

  private static func make(_ path: String) throws(Failure) -> Descriptor {
    do throws(SystemError) {
      let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      do throws(SystemError) { try prepare(file) } catch {
        unlink(path)
        throw error
      }
      return file
    } catch {
      let isThere = error.code == EEXIST
      throw Failure(
        .misconfigured, "cannot write \(path): \(isThere ? "it is there already" : error.reason)",
        hint: isThere ? "name a new file: a key that is in this one would be lost" : "")
    }
  }

  deinit { if !isFilled { unlink(path) } }

  /// Writes the secret and leaves the file where it is.
  consuming func fill(_ secret: borrowing SecretBytes) throws(Failure) {
    do throws(SystemError) {
      try secret.withBytes { (bytes) throws(SystemError) in try file.writeAll(bytes) }
      let number = file.number
      _ = try retrying { fsync(number) }
    } catch {
      throw Failure(.internal, "cannot write \(path): \(error.reason)")
    }
    isFilled = true
    sync(folderOf: path)
  }

  /// The mode whatever an access control list of the folder says, and room on the disk.
  private static func prepare(_ file: borrowing Descriptor) throws(SystemError) {
    let number = file.number
    _ = try retrying { fchmod(number, 0o600) }
    do throws(SystemError) { _ = try retrying { clinux_reserve(number, room) } } catch {
      // Some file systems cannot promise room: there the write itself tells.
      guard error.code == EOPNOTSUPP || error.code == ENOSYS else { throw error }
    }
    _ = try retrying { fsync(number) }
  }
}

/// Makes a new name durable. A folder that cannot be synced (some network file systems) is no failure.
private func sync(folderOf path: String) {
  let end = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  guard let folder = try? Descriptor.open(end == path.startIndex ? "." : String(path[..<end]), O_RDONLY | O_DIRECTORY)
  else { return }
  fsync(folder.number)
}
