import Glibc
import LinuxHost

/// Why a file could not be written: one line, with what to do about it. Never holds a secret.
package struct PublishingError: Error, Hashable, Sendable {
  /// `cannot write PATH: reason`, then a hint in parentheses if one is known.
  package let message: String

  /// An error by its whole message.
  package init(_ message: String) { self.message = message }

  /// A failed step in the writing of a file.
  init(writing path: String, _ error: SystemError) {
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    message = "cannot write \(path): \(error.reason)" + Self.hint(error.code, folder: folder)
  }

  /// A refused change of owner, group or mode.
  init(changing what: String, of path: String, _ error: SystemError) {
    let hint =
      error.code == EPERM
      ? " (the daemon's user must be a member of the group: SupplementaryGroups= in a drop-in; owner needs root)" : ""
    message = "cannot set the \(what) of \(path): \(error.reason)\(hint)"
  }

  private static func hint(_ code: Int32, folder: String) -> String {
    switch code {
    case EROFS: " (the sandbox of the unit keeps it read-only: add ReadWritePaths=\(folder) in a drop-in)"
    case EACCES: " (the daemon's user must be allowed to write to \(folder))"
    case ENOENT: " (make the folder \(folder) first)"
    case ENOSPC, EDQUOT: " (free space on the disk that holds \(folder))"
    default: ""
    }
  }
}
