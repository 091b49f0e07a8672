import Glibc

/// The home folder that the user database has for the user of this process (getpwuid(3)); nil where it has none. It may
/// ask the network, so it is asked only when HOME is not set.
package func homeFolderOfThisUser() -> String? {
  guard let entry = getpwuid(getuid()), let folder = entry.pointee.pw_dir else { return nil }
  let text = String(cString: folder)
  return text.isEmpty ? nil : text
}
