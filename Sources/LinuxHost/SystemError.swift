import Glibc

/// A system call that failed, by its errno(3).
package struct SystemError: Error, Hashable, Sendable {
  /// The error number.
  package let code: Int32

  /// An error by its number.
  package init(code: Int32) { self.code = code }

  /// The error that the last system call left in errno.
  package static var last: SystemError { SystemError(code: errno) }

  /// The system's words for it, lower case as our messages are: `no such file or directory`.
  package var reason: String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// Repeats a system call while a signal interrupts it; the result is what the call returned, never negative.
package func retrying<Result: FixedWidthInteger & SignedInteger>(
  _ call: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    if errno != EINTR { throw .last }
  }
}
