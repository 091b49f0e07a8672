import Glibc
import LinuxHost
import ProcessMessages

/// Starts children that are `bedrock-keyd` itself, from the file that was opened at the start: an upgrade underneath
/// changes nothing until the restart.
struct OwnProgram {
  let children: ChildRegistry
  /// What they get of the keeper's environment; an issuer reads its own from the descriptor it inherits.
  let environment: Environment

  /// Starts it with arguments; standard error is ours unless another is given.
  func start(
    _ arguments: [String], input: borrowing Descriptor, output: borrowing Descriptor, errors: Int32 = STDERR_FILENO
  ) throws(SystemError) -> pid_t {
    var request = SpawnRequest(
      executable: "/proc/self/fd/\(StartDescriptors.executable)", arguments: ["bedrock-keyd"] + arguments,
      environment: environment,
      descriptors: [input.number, output.number, errors, StartDescriptors.environment])
    // The executable's own descriptor must live until the exec, which closes it.
    request.closeFrom = StartDescriptors.executable + 1
    return try children.start(request)
  }
}
