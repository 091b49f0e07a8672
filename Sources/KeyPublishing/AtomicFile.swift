import Glibc
import LinuxHost

/// Who may do what with a file.
package struct FileAccess: Hashable, Sendable {
  /// The permission bits.
  package var mode: UInt32
  /// The owner, if not the daemon's own user.
  package var owner: UInt32?
  /// The group, if not the daemon's own.
  package var group: UInt32?

  /// Access by its parts.
  package init(mode: UInt32, owner: UInt32? = nil, group: UInt32? = nil) {
    self.mode = mode
    self.owner = owner
    self.group = group
  }
}

/// Replaces files in one step: a reader sees the old content or the new, never a part, never wrong permissions.
package enum AtomicFile {
  /// Replaces a file: a temporary file in the same folder, its mode, owner and group before the first byte, then the
  /// bytes, fsync(2), rename(2) and fsync(2) of the folder. On an error the old file stays. Returns what was written.
  @discardableResult
  package static func replace(
    _ path: String, access: FileAccess, with parts: [UnsafeRawBufferPointer]
  ) throws(PublishingError) -> FileIdentity {
    guard let slash = path.lastIndex(of: "/"), path.index(after: slash) != path.endIndex else {
      throw PublishingError("cannot write \(path): not the absolute path of a file")
    }
    let name = String(path[path.index(after: slash)...])
    let folder = try openFolder(String(path[...slash]), for: path)
    try refuseUnsafe(folder, name, path)
    var replacement = try begin(name, in: folder, path)
    try apply(access, to: replacement.file, path)
    do throws(SystemError) {
      for part in parts { try replacement.file.writeAll(part) }
      try replacement.putInPlace()
      return FileIdentity(try replacement.file.status())
    } catch { throw PublishingError(writing: path, error) }
  }

  /// Whether a file name is that of a temporary file of ours.
  package static func isTemporary(_ name: String) -> Bool { FileReplacement.isTemporary(name) }

  /// Removes what a crash left behind in a folder.
  package static func removeLeftovers(in folder: String) {
    for name in (try? fileNames(in: folder)) ?? [] where isTemporary(name) { unlink("\(folder)/\(name)") }
  }

  private static func openFolder(_ folder: String, for path: String) throws(PublishingError) -> Descriptor {
    do throws(SystemError) {
      return try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
    } catch { throw PublishingError(writing: path, error) }
  }

  /// In a folder that others may write to, they could put a link or another file in the target's place.
  private static func refuseUnsafe(
    _ folder: borrowing Descriptor, _ name: String, _ path: String
  ) throws(PublishingError) {
    var status = stat()
    guard fstat(folder.number, &status) == 0 else { throw PublishingError(writing: path, .last) }
    if status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0 {
      throw PublishingError(
        "cannot write \(path): everybody may replace files in its folder (take the folder's write permission from"
          + " others: chmod o-w)")
    }
    guard fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFLNK: throw PublishingError("cannot write \(path): it is a symbolic link (name the file it points to)")
    default: throw PublishingError("cannot write \(path): it is there and no regular file")
    }
  }

  private static func begin(
    _ name: String, in folder: consuming Descriptor, _ path: String
  ) throws(PublishingError) -> FileReplacement {
    do throws(SystemError) {
      return try FileReplacement(of: name, in: folder)
    } catch { throw PublishingError(writing: path, error) }
  }

  private static func apply(
    _ access: FileAccess, to file: borrowing Descriptor, _ path: String
  ) throws(PublishingError) {
    guard fchmod(file.number, access.mode) == 0 else { throw PublishingError(changing: "mode", of: path, .last) }
    guard access.owner != nil || access.group != nil else { return }
    let unchanged = UInt32.max
    guard fchown(file.number, access.owner ?? unchanged, access.group ?? unchanged) == 0 else {
      throw PublishingError(changing: access.owner == nil ? "group" : "owner", of: path, .last)
    }
    // A change of owner clears bits of the mode (chown(2)).
    guard fchmod(file.number, access.mode) == 0 else { throw PublishingError(changing: "mode", of: path, .last) }
  }
}
