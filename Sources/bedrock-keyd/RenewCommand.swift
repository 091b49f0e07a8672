import ArgumentParser
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// `bedrock-keyd renew`: asks the running daemon for new keys.
struct RenewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "renew", abstract: "Ask the running daemon to renew its keys, or the one named, now.")

  @Argument(help: "The key to renew; else all short-term keys.")
  var key: String?

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    let name = try key.map { try keyName($0) }
    let reply: ControlReply
    do throws(SystemError) { reply = try runtime.ask(.renew(name)) } catch {
      try end(
        "cannot ask the daemon in \(runtime.folder): \(error.reason) (does it run? systemctl status bedrock-keyd)",
        ExitCode(1))
    }
    guard reply.isAccepted else { try end(reply.text, ExitCode(1)) }
    writeLine(reply.text, to: STDOUT_FILENO)
  }
}
