import CLinux
import Glibc

/// How a child process is started.
package struct SpawnRequest {
  /// The path of the executable; it is not searched for.
  package var executable: String
  /// The arguments, the program's name first.
  package var arguments: [String]
  /// The child's whole environment.
  package var environment: Environment
  /// Our descriptors that become the child's 0, 1, 2, …; all others are closed.
  package var descriptors: [Int32]
  /// The first descriptor that is closed before the exec, if not the one after the last of `descriptors`.
  package var closeFrom: Int32?
  /// The child's working folder, if not ours.
  package var folder: String?

  /// A request by its parts.
  package init(
    executable: String, arguments: [String], environment: Environment, descriptors: [Int32], folder: String? = nil
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.descriptors = descriptors
    self.folder = folder
  }
}

/// Starts a child that leads its own process group, with no signal blocked and every disposition the default
/// (posix_spawn(3)); the result is its pid, which the caller waits for.
package func spawn(_ request: SpawnRequest) throws(SystemError) -> pid_t {
  // A descriptor below the count could be overwritten before it is duplicated: move such ones out of the way first.
  let count = Int32(request.descriptors.count)
  var moved: [Int32] = []
  defer { for number in moved { close(number) } }
  var sources: [Int32] = []
  for (target, number) in request.descriptors.enumerated() {
    guard number < count, number != Int32(target) else {
      sources.append(number)
      continue
    }
    let copy = try retrying { clinux_fcntl(number, F_DUPFD_CLOEXEC, 64) }
    moved.append(copy)
    sources.append(copy)
  }
  var pid: pid_t = 0
  let closeFrom = request.closeFrom ?? count
  let error = withCStrings(request.arguments) { arguments in
    withCStrings(request.environment.entries) { environment in
      clinux_spawn(&pid, request.executable, arguments, environment, sources, count, closeFrom, request.folder)
    }
  }
  guard error == 0 else { throw SystemError(code: error) }
  return pid
}

/// Lends strings as a NULL-terminated array of C strings.
package func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("the array has at least its end mark") }
    return body(base)
  }
}
