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
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name != ".", name != ".." { names.append(name) }
  }
}
