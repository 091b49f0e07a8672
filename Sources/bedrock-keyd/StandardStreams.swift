import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// Writes a secret to standard output, which stays open.
func writeSecret(_ text: borrowing SecretBytes) throws(Failure) {
  let output = Descriptor(owning: STDOUT_FILENO)
  let result: Result<Void, SystemError> = text.withBytes { bytes in
    do throws(SystemError) { return .success(try output.writeAll(bytes)) } catch { return .failure(error) }
  }
  _ = output.release()
  if case .failure(let error) = result {
    throw Failure(.internal, "cannot write to standard output: \(error.reason)")
  }
}

/// Writes a secret result to standard output.
func writeResult(_ text: borrowing SecretBytes) throws(IssuingError) {
  do throws(Failure) { try writeSecret(text) } catch { throw .failed(error) }
}

/// Says why there is no result; the exit code that belongs to it is the result.
func reported(_ error: IssuingError) -> ExitCode {
  writeLine("bedrock-keyd: \(error.failure.text)", to: STDERR_FILENO)
  return ExitCode(error.exitCode)
}

/// Writes a line to a standard descriptor.
func writeLine(_ line: String, to descriptor: Int32) {
  // Nobody is left to be told where this fails.
  _ = try? writeAll(Array("\(line)\n".utf8), to: descriptor)
}

/// Writes all bytes to a standard descriptor, which stays open.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = try retrying { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
    rest = rest.dropFirst(count)
  }
}

/// Says why a command cannot go on, and ends it.
func end(_ message: String, _ code: ExitCode) throws -> Never {
  writeLine("bedrock-keyd: \(message)", to: STDERR_FILENO)
  throw code
}
