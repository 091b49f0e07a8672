import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// Where a key goes that IAM tells once.
struct KeyDestination: ParsableArguments {
  @Flag(help: "Print the key to standard output.")
  var show = false

  @Option(help: "Write the key, without a newline, into this new file of mode 0600.")
  var output: String?

  func validate() throws {
    if show, output != nil { throw ValidationError("cannot combine --show and --output: a key goes to one place") }
    guard show || output != nil else {
      throw ValidationError("cannot make a key that goes nowhere: IAM tells it once; give --show or --output FILE")
    }
    guard let output, output.isEmpty || output == "-" else { return }
    throw ValidationError("cannot use \"\(output)\" as a file: --show writes to standard output")
  }

  /// The place, which exists before the key does.
  func reserve() throws(IssuingError) -> ReservedPlace {
    guard let output else { return .standardOutput }
    do throws(Failure) { return .file(try NewSecretFile(output)) } catch { throw .failed(error) }
  }
}

/// A place that waits for a key.
enum ReservedPlace: ~Copyable {
  case standardOutput
  case file(NewSecretFile)

  /// Delivers a key, says what it is, and prints the id of one that went to a file. Where that does not work, `undo` says
  /// what became of the key.
  consuming func deliver(
    _ issued: consuming IssuedLongTermKey, _ words: String, undo: (ServiceSpecificCredential) -> String
  ) throws(IssuingError) {
    let credential = issued.credential
    do throws(Failure) {
      switch consume self {
      case .standardOutput: try writeSecret(line(issued))
      case .file(let file):
        let path = file.path
        try file.fill(issued.key)
        writeLine(credential.id, to: STDOUT_FILENO)
        writeLine("key \(credential.id) is \(words); it is in \(path)", to: STDERR_FILENO)
        return
      }
    } catch {
      throw .failed(Failure(error.reason, "\(error.message); \(undo(credential))"))
    }
    writeLine("key \(credential.id) is \(words)", to: STDERR_FILENO)
  }
}

/// The key and a newline.
private func line(_ issued: borrowing IssuedLongTermKey) -> SecretBytes {
  var text = SecretBytes(capacity: issued.key.count + 1)
  issued.key.withBytes { text.append(contentsOf: $0) }
  text.append(UInt8(ascii: "\n"))
  return text
}

/// What would end the command waits from now on: a key whose making was asked for is told to somebody, and IAM answers
/// within 30 seconds.
func blockEndingSignals() { blockSignals([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) }
