import Glibc

/// Looks a user's id up by name (getpwnam_r(3)); nil where there is no such user, an error where the lookup itself
/// failed. It goes through NSS and may wait for a directory service.
package func userID(named name: String) throws(SystemError) -> UInt32? {
  var entry = passwd()
  var found: UnsafeMutablePointer<passwd>?
  try lookUp { buffer, size in getpwnam_r(name, &entry, buffer, size, &found) }
  return found == nil ? nil : entry.pw_uid
}

/// Looks a group's id up by name (getgrnam_r(3)); nil where there is no such group, an error where the lookup itself
/// failed. It goes through NSS and may wait for a directory service.
package func groupID(named name: String) throws(SystemError) -> UInt32? {
  var entry = group()
  var found: UnsafeMutablePointer<group>?
  try lookUp { buffer, size in getgrnam_r(name, &entry, buffer, size, &found) }
  return found == nil ? nil : entry.gr_gid
}

/// Calls a lookup with ever more room for the strings of its answer; a group's answer names all its members.
private func lookUp(_ call: (UnsafeMutablePointer<CChar>, Int) -> Int32) throws(SystemError) {
  var size = 1024
  while true {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
    defer { buffer.deallocate() }
    let error = call(buffer, size)
    switch error {
    // The codes that getpwnam(3) lists for "the name was not found" where a service does not answer 0.
    case 0, ENOENT, ESRCH: return
    case EINTR: continue
    case ERANGE where size < 16_777_216: size *= 4
    default: throw SystemError(code: error)
    }
  }
}
