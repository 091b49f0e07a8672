import Glibc

/// The names in a folder in the order of their bytes, `.` and `..` left out (readdir(3)).
package func fileNames(in folder: String) throws(SystemError) -> [String] {
  guard let stream = opendir(folder) else { throw .last }
  defer { closedir(stream) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else {
      guard errno == 0 else { throw .last }
      return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    let name = name(of: entry)
    if name != ".", name != ".." { names.append(name) }
  }
}

/// The name in an entry, read where it stands: the structure's array of 256 bytes may reach beyond the entry's end, and
/// copying all of it beyond the memory that readdir(3) gives.
private func name(of entry: UnsafeMutablePointer<dirent>) -> String {
  guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else {
    preconditionFailure("d_name is a stored field of dirent")
  }
  let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
  return String(cString: start)
}
