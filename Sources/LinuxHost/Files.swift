import CLinux
import Glibc

/// The bytes of a file; throws EFBIG beyond the limit, which keeps a mistaken path (/dev/zero, a log) out of memory.
package func readFile(_ path: String, limit: Int = 4_194_304) throws(SystemError) -> [UInt8] {
  let file = try Descriptor.open(path, O_RDONLY)
  guard try file.status().st_mode & S_IFMT != S_IFDIR else { throw SystemError(code: EISDIR) }
  return try file.readAll(limit: limit)
}

/// The bytes of a sealed memory file (memfd_create(2)) that a program across exec reads: it cannot be changed any more, and
/// stands at its beginning.
package func sealedMemoryFile(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> Descriptor {
  let file = Descriptor(
    owning: try retrying { clinux_memfd_create(name) })
  try file.writeAll(bytes)
  let number = file.number
  _ = try retrying { lseek(number, 0, SEEK_SET) }
  _ = try retrying { clinux_seal(number) }
  return file
}

/// The bytes of a memory file from its beginning, whatever its position; each reader gets all of it.
package func readMemoryFile(_ number: Int32, limit: Int = 16_777_216) throws(SystemError) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let offset = off_t(bytes.count)
    let count = try retrying { pread(number, &chunk, chunk.count, offset) }
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk[0..<count])
    if bytes.count > limit { throw SystemError(code: EFBIG) }
  }
}

/// Makes a folder and the missing ones above it, each with the mode whatever the umask; existing ones stay as they are.
package func makeFolders(_ path: String, mode: mode_t) throws(SystemError) {
  var made = ""
  for part in path.split(separator: "/") {
    made += "/\(part)"
    if mkdir(made, mode) == 0 {
      guard chmod(made, mode) == 0 else { throw .last }
      continue
    }
    guard errno == EEXIST || errno == EROFS || errno == EACCES else { throw .last }
    var status = stat()
    guard stat(made, &status) == 0 else { throw .last }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError(code: ENOTDIR) }
  }
}

/// Whether a descriptor is a terminal (isatty(3)).
package func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }
