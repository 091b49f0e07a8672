import ArgumentParser
import Glibc
import LinuxHost

/// Asks before something is done that cannot be undone, or that ends what works.
struct Consent: ParsableArguments {
  @Flag(help: "Do it without asking; needed where there is no terminal to ask on.")
  var yes = false

  func validate() throws {
    guard yes || (isTerminal(STDIN_FILENO) && isTerminal(STDERR_FILENO)) else {
      throw ValidationError("cannot ask without a terminal: give --yes if it shall be done")
    }
  }

  /// Asks on the terminal; anything but y or yes ends the command.
  func ask(_ question: String) throws {
    if yes { return }
    let prompt = Array("\(question) [y/N] ".utf8)
    try? writeAll(prompt, to: STDERR_FILENO)
    guard ["y", "yes"].contains(answer()) else { try end("nothing was changed", ExitCode(1)) }
  }

  /// A line of standard input in lower case, without the spaces around it; empty at its end.
  private func answer() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    // A terminal gives a line at once; no more than that is taken from it.
    while line.count < 100, (try? retrying { read(STDIN_FILENO, &byte, 1) }) == 1, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    return String(decoding: line, as: UTF8.self).lowercased().split(whereSeparator: \.isWhitespace).joined()
  }
}
