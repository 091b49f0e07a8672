import ArgumentParser
import Glibc
import Issuing
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// `bedrock-keyd inspect`: what a key tells of itself, without a network and without what lets one use it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Decode a key: whose it is, where it works, until when. Works offline.")

  @Argument(help: "A key's name, a file with a key (with a / in it), or - for standard input.")
  var key = "default"

  @Flag(help: "Print one object of JSON.")
  var json = false

  @OptionGroup var runtime: RuntimeOptions

  func run() throws {
    do throws(Failure) {
      let place = try place()
      let text = try read(place)
      guard let inspected = InspectedKey(text) else {
        throw Failure(.misconfigured, "cannot inspect \(place.words): there is no well-formed Bedrock API key in it")
      }
      let report = InspectReport(
        key: inspected, receipt: receipt(of: text, place), now: StatusFile.now(in: runtime.folder))
      writeLine(json ? try report.json : report.lines.joined(separator: "\n"), to: STDOUT_FILENO)
    } catch { try end(error.text, ExitCode(1)) }
  }

  /// Where the key is.
  private enum Place {
    case input
    case file(String)
    case published(KeyName)

    var words: String {
      switch self {
      case .input: "standard input"
      case .file(let path): path
      case .published(let name): "key \(name.text)"
      }
    }
  }

  private func place() throws(Failure) -> Place {
    if key == "-" { return .input }
    // A key itself is base64, which may have slashes: it is not to be repeated in a message.
    for prefix in ["bedrock-api-key-", "aws-external-anthropic-api-key-", "ABSK"]
    where key.hasPrefix(prefix) && key.count > 64 {
      throw Failure(
        .misconfigured, "cannot take a key from the command line: other users can read it there",
        hint: "bedrock-keyd inspect - reads it from standard input")
    }
    if key.contains("/") { return .file(key) }
    guard let name = KeyName(key) else {
      throw Failure(
        .misconfigured, "cannot inspect \"\(key)\": it is no key's name",
        hint: "a file is named with a /, as in ./\(key)")
    }
    return .published(name)
  }

  private func read(_ place: Place) throws(Failure) -> SecretBytes {
    switch place {
    case .published(let name):
      let record = try readPublishedKey(name, in: runtime.folder)
      return record.key.withBytes { SecretBytes(copying: $0) }
    case .input: return try read(0, nil)
    case .file(let path): return try read(nil, path)
    }
  }

  private func read(_ number: Int32?, _ path: String?) throws(Failure) -> SecretBytes {
    do throws(SystemError) {
      let file =
        try path.map { (path) throws(SystemError) in try Descriptor.open(path, O_RDONLY).release() } ?? number ?? 0
      return try readSecret(from: Descriptor(owning: file), limit: 131_072)
    } catch {
      let reason = error.code == EFBIG ? "it is longer than any key" : error.reason
      throw Failure(.internal, "cannot read \(path ?? "standard input"): \(reason)")
    }
  }

  /// What the daemon knows of the key, if it is one of those that it keeps.
  private func receipt(of text: borrowing SecretBytes, _ place: Place) -> KeyReceipt? {
    if case .published(let name) = place {
      guard let record = try? readPublishedKey(name, in: runtime.folder) else { return nil }
      return record.receipt
    }
    guard let status = try? StatusFile.read(in: runtime.folder) else { return nil }
    for name in status.keys.compactMap({ KeyName($0.name) }) {
      guard let record = try? readPublishedKey(name, in: runtime.folder) else { continue }
      if text.contains(record.key) { return record.receipt }
    }
    return nil
  }
}

extension SecretBytes {
  /// Whether another secret stands somewhere in this one.
  fileprivate borrowing func contains(_ other: borrowing SecretBytes) -> Bool {
    guard other.count > 0, other.count <= count else { return false }
    return withBytes { bytes in
      other.withBytes { wanted in
        (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
      }
    }
  }
}
