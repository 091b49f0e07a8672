import Glibc

/// A file that is written beside another one and then takes its place in one step: a reader sees the old content or the
/// new. Unless it did, it is removed when the value ends.
package struct FileReplacement: ~Copyable {
  /// How the name of a file that is being written begins; left-overs of a crash are known by it.
  package static let prefix = ".bedrock-keyd-"

  /// The new file, mode 0600 whatever the umask.
  package let file: Descriptor
  private let folder: Descriptor
  private let name: String
  private let temporary: String
  private var isInPlace = false

  /// Makes the new file for a name in a folder (open(2), O_EXCL).
  package init(of name: String, in folder: consuming Descriptor) throws(SystemError) {
    var attempt = 0
    while true {
      let temporary = "\(Self.prefix)\(getpid())-\(attempt)-\(name)"
      do throws(SystemError) {
        file = try folder.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        self.temporary = temporary
        self.name = name
        self.folder = folder
        return
      } catch {
        attempt += 1
        guard error.code == EEXIST, attempt < 100 else { throw error }
      }
    }
  }

  deinit {
    if !isInPlace { unlinkat(folder.number, temporary, 0) }
  }

  /// Whether a file name is that of a file that is being written, or was when its writer died.
  package static func isTemporary(_ name: String) -> Bool { name.hasPrefix(prefix) }

  /// Makes what was written durable (fsync(2)) and puts it in the other file's place (rename(2)).
  package mutating func putInPlace() throws(SystemError) {
    let (number, place, old, new) = (file.number, folder.number, temporary, name)
    _ = try retrying { fsync(number) }
    _ = try retrying { renameat(place, old, place, new) }
    isInPlace = true
    // The rename has happened: a folder that cannot be synced (some network file systems) is no failure.
    fsync(place)
  }
}
