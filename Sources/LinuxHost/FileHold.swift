import Glibc

/// A file that one process at a time replaces, held by it.
package protocol FileHold: AnyObject {
  /// Makes the new file with room for so many bytes, so that all that could keep `replace` from working shows before it
  /// is needed.
  func prepare(room: Int) throws(SystemError)
  /// Puts a file with these bytes in the place of the one that is held, mode 0600; `prepare` went before.
  func replace(with bytes: [UInt8]) throws(SystemError)
}

/// A file that is held by a lock on it (flock(2)), which ends with the value.
package final class LockedFile: FileHold {
  private let folder: String
  private let name: String
  private let lock: Descriptor
  private var replacement: FileReplacement?

  private init(folder: String, name: String, lock: consuming Descriptor) {
    self.folder = folder
    self.name = name
    self.lock = lock
  }

  /// Takes the file at a path, or the one that a symbolic link there names; nil while another process holds it.
  package static func take(_ path: String) throws(SystemError) -> (any FileHold)? {
    guard let resolved = realpath(path, nil) else { throw .last }
    defer { free(resolved) }
    let real = String(cString: resolved)
    let lock = try Descriptor.open(real, O_RDONLY)
    guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .last }
      return nil
    }
    // Who held it before has put another file in its place: that one is to be locked.
    let held = try lock.status()
    var current = stat()
    guard stat(real, &current) == 0 else { throw .last }
    guard held.st_ino == current.st_ino, held.st_dev == current.st_dev else { return nil }
    let slash = real.lastIndex(of: "/") ?? real.startIndex
    return LockedFile(
      folder: String(real[...slash]), name: String(real[real.index(after: slash)...]), lock: lock)
  }

  /// Only the holder writes beside the file: what is left of a writer that died goes.
  package func prepare(room: Int) throws(SystemError) {
    let place = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
    for left in try fileNames(in: folder) where FileReplacement.isTemporary(left) && left.hasSuffix("-\(name)") {
      unlinkat(place.number, left, 0)
    }
    let new = try FileReplacement(of: name, in: place)
    let old = try lock.status()
    // It stays its owner's file, or the tools that wrote it could not read it again; only root can give files away.
    if try new.file.status().st_uid != old.st_uid {
      guard fchown(new.file.number, old.st_uid, old.st_gid) == 0 else { throw .last }
    }
    let refusal = posix_fallocate(new.file.number, 0, off_t(room))
    guard [0, EOPNOTSUPP, EINVAL].contains(refusal) else { throw SystemError(code: refusal) }
    replacement = consume new
  }

  package func replace(with bytes: [UInt8]) throws(SystemError) {
    guard var new = replacement.take() else { throw SystemError(code: EINVAL) }
    try new.file.writeAll(bytes)
    let number = new.file.number
    _ = try retrying { ftruncate(number, off_t(bytes.count)) }
    try new.putInPlace()
  }
}
