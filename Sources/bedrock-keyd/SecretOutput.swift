import Glibc
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
