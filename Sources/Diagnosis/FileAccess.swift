import KeyModel

/// A user as file permissions see one.
package struct UserIdentity: Hashable, Sendable {
  /// The user's name, or number.
  package var name: String
  /// The user id.
  package var uid: UInt32
  /// The group ids, supplementary ones among them.
  package var groups: Set<UInt32>

  /// A user by the parts.
  package init(name: String, uid: UInt32, groups: Set<UInt32>) {
    self.name = name
    self.uid = uid
    self.groups = groups
  }
}

/// What stat(2) tells of a file.
package struct FileStatus: Hashable, Sendable {
  /// Its owner.
  package var uid: UInt32
  /// Its group.
  package var gid: UInt32
  /// Its permission bits.
  package var mode: UInt32
  /// Whether it is a folder.
  package var isFolder: Bool

  /// A status by its parts.
  package init(uid: UInt32, gid: UInt32, mode: UInt32, isFolder: Bool) {
    self.uid = uid
    self.gid = gid
    self.mode = mode
    self.isFolder = isFolder
  }
}

/// What keeps a user from a file.
package enum FileObstacle: Hashable, Sendable {
  /// This path is not there.
  case missing(String)
  /// This path is no folder and should be one.
  case noFolder(String)
  /// The permissions of this path are in the way; the right that is missing: `read`, `write to`, `enter`.
  case closed(String, right: String)

  /// What is in the way, in words.
  package func words(for user: UserIdentity) -> String {
    switch self {
    case .missing(let path): "\(path) is not there"
    case .noFolder(let path): "\(path) is no folder"
    case .closed(let path, let right): "user \(user.name) may not \(right) \(path)"
    }
  }
}

extension UserIdentity {
  /// What keeps this user from reading a file; nil where nothing does. `status` is nil for what is not there. The
  /// classes of permission bits are tried as path_resolution(7) says; access control lists are not looked at.
  package func obstacle(reading path: String, status: (String) -> FileStatus?) -> FileObstacle? {
    if let obstacle = obstacle(entering: folderName(of: path), status) { return obstacle }
    guard let file = status(path) else { return .missing(path) }
    return may(4, file) ? nil : .closed(path, right: "read")
  }

  /// What keeps this user from replacing files in a folder; nil where nothing does.
  package func obstacle(writingIn folder: String, status: (String) -> FileStatus?) -> FileObstacle? {
    if let obstacle = obstacle(entering: folder, status) { return obstacle }
    guard let entry = status(folder), !may(2, entry) else { return nil }
    return .closed(folder, right: "write to")
  }

  private func obstacle(entering folder: String, _ status: (String) -> FileStatus?) -> FileObstacle? {
    var path = ""
    for part in folder.split(separator: "/") {
      path += "/\(part)"
      guard let entry = status(path) else { return .missing(path) }
      guard entry.isFolder else { return .noFolder(path) }
      guard may(1, entry) else { return .closed(path, right: "enter") }
    }
    return nil
  }

  private func may(_ bit: UInt32, _ file: FileStatus) -> Bool {
    if uid == 0 { return true }
    if file.uid == uid { return file.mode >> 6 & bit != 0 }
    if groups.contains(file.gid) { return file.mode >> 3 & bit != 0 }
    return file.mode & bit != 0
  }
}

/// The folder that a path lies in.
package func folderName(of path: String) -> String {
  let end = path.lastIndex(of: "/") ?? path.startIndex
  return end == path.startIndex ? "/" : String(path[..<end])
}
