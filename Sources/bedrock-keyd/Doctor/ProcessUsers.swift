import Diagnosis
import Glibc
import LinuxHost

/// Users as the system knows them.
enum ProcessUsers {
  /// The user of this process.
  static var own: UserIdentity {
    user(ofProcess: getpid()) ?? UserIdentity(name: "\(geteuid())", uid: geteuid(), groups: [])
  }

  /// The user and groups of a process by the lines `Uid:`, `Gid:` and `Groups:` of its status (proc(5)); the second
  /// number is the effective one.
  static func user(ofProcess pid: Int32) -> UserIdentity? {
    guard let bytes = try? readFile("/proc/\(pid)/status") else { return nil }
    func numbers(_ name: String) -> [UInt32] {
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(name):") }
      return line?.split(whereSeparator: \.isWhitespace).dropFirst().compactMap { UInt32($0) } ?? []
    }
    guard let uid = numbers("Uid").dropFirst().first else { return nil }
    let groups = Set(numbers("Groups") + numbers("Gid").dropFirst().prefix(1))
    return UserIdentity(name: name(of: uid), uid: uid, groups: groups)
  }

  /// A user of the user database, as a unit with further groups would run it.
  static func user(named name: String, with further: [String]) -> UserIdentity? {
    guard let entry = getpwnam(name) else { return nil }
    let (uid, gid) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    var groups = [gid_t](repeating: 0, count: 256)
    var count = Int32(groups.count)
    guard getgrouplist(name, gid, &groups, &count) >= 0 else { return nil }
    let known = further.compactMap { group in (try? groupID(named: group)) ?? UInt32(group) }
    return UserIdentity(name: name, uid: uid, groups: Set(groups.prefix(Int(count)) + known))
  }

  private static func name(of uid: UInt32) -> String {
    getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? "\(uid)"
  }
}
