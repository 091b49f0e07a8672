import CLinux
import Glibc

/// An open file descriptor that is closed when the value ends.
package struct Descriptor: ~Copyable {
  /// The number, valid as long as this value lives.
  package let number: Int32

  /// Takes over an open descriptor.
  package init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Gives the number away; the caller closes it.
  package consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  /// Opens a file (open(2)); O_CLOEXEC is added.
  package static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) -> Descriptor {
    Descriptor(owning: try retrying { clinux_open(path, flags | O_CLOEXEC, mode) })
  }

  /// Names a file without the right to read it (open(2), O_PATH).
  package static func open(naming path: String) throws(SystemError) -> Descriptor {
    Descriptor(owning: try retrying { clinux_open_path(path) })
  }

  /// Opens a file below a folder (openat(2)); O_CLOEXEC is added.
  package borrowing func open(_ name: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) -> Descriptor {
    let folder = number
    return Descriptor(owning: try retrying { clinux_openat(folder, name, flags | O_CLOEXEC, mode) })
  }

  /// Reads what is there, at most a buffer full; 0 at the end (read(2)).
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    let number = number
    return try retrying { Glibc.read(number, buffer.baseAddress, buffer.count) }
  }

  /// Reads to the end; throws EFBIG when there is more than the limit.
  package borrowing func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    let number = number
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(65_536, limit + 1))
    while true {
      let count = try retrying { Glibc.read(number, &chunk, chunk.count) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[0..<count])
      if bytes.count > limit { throw SystemError(code: EFBIG) }
    }
  }

  /// Writes all bytes (write(2), repeated).
  package borrowing func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    let number = number
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = try retrying { Glibc.write(number, part.baseAddress, part.count) }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes all bytes.
  package borrowing func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    let result: Result<Void, SystemError> = bytes.withUnsafeBytes { buffer in
      do throws(SystemError) { return .success(try writeAll(buffer)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Makes reads and writes return EAGAIN where they would wait.
  package borrowing func setNonBlocking() throws(SystemError) {
    let number = number
    let flags = try retrying { clinux_fcntl(number, F_GETFL, 0) }
    _ = try retrying { clinux_fcntl(number, F_SETFL, Int(flags | O_NONBLOCK)) }
  }

  /// Another descriptor of the same open file, numbered from `lowest` up.
  package borrowing func duplicate(from lowest: Int32 = 3) throws(SystemError) -> Descriptor {
    let number = number
    return Descriptor(owning: try retrying { clinux_fcntl(number, F_DUPFD_CLOEXEC, Int(lowest)) })
  }

  /// What the file is (fstat(2)).
  package borrowing func status() throws(SystemError) -> stat {
    let number = number
    var result = stat()
    _ = try retrying { fstat(number, &result) }
    return result
  }
}

/// The two ends of a pipe, both closed at exec (pipe2(2)).
package struct Pipe: ~Copyable {
  /// The end to read from.
  package let reader: Descriptor
  /// The end to write to.
  package let writer: Descriptor

  /// Makes a pipe.
  package init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    _ = try retrying { clinux_pipe(&ends) }
    reader = Descriptor(owning: ends[0])
    writer = Descriptor(owning: ends[1])
  }

  /// Gives both ends away.
  package consuming func split() -> (reader: Int32, writer: Int32) {
    (reader.release(), writer.release())
  }
}
