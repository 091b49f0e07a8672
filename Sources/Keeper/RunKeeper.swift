import CLinux
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// The program `bedrock-keyd-keeper`: takes the descriptors over that `bedrock-keyd run` left open, and keeps keys until
/// a signal ends it. The result is the exit code.
package func runKeeper(arguments: [String]) -> Int32 {
  let byHand = "cannot start: bedrock-keyd-keeper is started by \"bedrock-keyd run\", not by hand"
  guard let options = KeeperOptions(arguments: arguments) else { return complain(byHand, code: 64) }
  let configuration: KeeperConfiguration
  do { configuration = try readConfiguration() } catch is MessageError {
    // In the middle of an upgrade: not the code that keeps the service manager from starting it again.
    return complain("cannot start: bedrock-keyd-keeper is not of the version of bedrock-keyd (install both)", code: 1)
  } catch { return complain(byHand, code: 64) }
  umask(0o077)
  clinux_forbid_dumps()
  do throws(Failure) {
    return try Keeper(options: options, configuration: configuration, environment: .ofThisProcess()).run()
  } catch {
    return complain(error.text, code: 1)
  }
}

/// Reads the compiled configuration, and closes the descriptors of the start to what is executed later.
private func readConfiguration() throws -> KeeperConfiguration {
  for number in [StartDescriptors.environment, StartDescriptors.executable] {
    _ = try retrying { clinux_fcntl(number, F_SETFD, Int(FD_CLOEXEC)) }
  }
  let file = Descriptor(owning: StartDescriptors.configuration)
  return try KeeperConfiguration(decoding: readMemoryFile(file.number))
}

private func complain(_ message: String, code: Int32) -> Int32 {
  let line = Array("bedrock-keyd: \(message)\n".utf8)
  _ = write(2, line, line.count)
  return code
}
