import Glibc

/// What tells a file apart from what another program makes of it: any edit, truncation, replacement or change of
/// permissions changes one of these (stat(2); the change time cannot be set).
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  private let changedSeconds: Int64
  private let changedNanoseconds: Int64

  /// The identity of a file as it is now.
  package init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    changedSeconds = Int64(status.st_ctim.tv_sec)
    changedNanoseconds = Int64(status.st_ctim.tv_nsec)
  }

  /// The identity of the file at a path, a symbolic link not followed; nil where there is none.
  package init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
