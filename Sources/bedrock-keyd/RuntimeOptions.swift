import ArgumentParser
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// Where a command finds the daemon.
struct RuntimeOptions: ParsableArguments {
  @Option(
    name: .customLong("runtime-dir"),
    help: "The daemon's runtime folder; else BEDROCK_KEYD_RUNTIME_DIR, /run/bedrock-keyd, XDG_RUNTIME_DIR.")
  var runtimeFolder: String?

  /// The runtime folder.
  var folder: String {
    DaemonFolders.runtime(ofCommandIn: .ofThisProcess(), option: runtimeFolder)
  }

  /// What the daemon answers to a request; throws the system's error where none answers.
  func ask(_ request: ControlRequest) throws(SystemError) -> ControlReply {
    let socket = try LocalSocket.connect(folder, "control.sock", timeout: 5)
    try socket.writeAll(request.encoded)
    var packet = [UInt8](repeating: 0, count: 65_536)
    let number = socket.number
    let count = try retrying { read(number, &packet, packet.count) }
    guard let reply = try? ControlReply(decoding: Array(packet[0..<count])) else { throw SystemError(code: EBADMSG) }
    return reply
  }

  /// Whether the daemon runs: it answers.
  var isDaemonRunning: Bool { (try? ask(.check(nil)))?.isAccepted ?? false }
}

/// Reads a key's name from the command line.
func keyName(_ text: String) throws -> KeyName {
  guard let name = KeyName(text) else {
    throw ValidationError("cannot use \"\(text)\" as a key's name: allowed are \(KeyName.rule)")
  }
  return name
}
