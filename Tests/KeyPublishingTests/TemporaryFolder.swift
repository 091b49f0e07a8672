import Glibc
import KeyModel
import KeyPublishing
import LinuxHost

/// A folder that is there as long as the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/bedrock-keyd-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw PublishingError("cannot make a temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names {
      unlink("\(path)/\(name)")
      rmdir("\(path)/\(name)")
    }
    rmdir(path)
  }

  /// The names in it.
  var names: [String] {
    (try? fileNames(in: path)) ?? []
  }

  func put(_ name: String, _ text: String) {
    guard let file = fopen("\(path)/\(name)", "w") else { return }
    fputs(text, file)
    fclose(file)
  }

  func content(_ name: String) -> String? {
    guard let file = fopen("\(path)/\(name)", "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func status(_ name: String) -> stat? {
    var status = stat()
    return lstat("\(path)/\(name)", &status) == 0 ? status : nil
  }
}

/// A receipt that is published in tests.
let sampleReceipt = KeyReceipt(
  fingerprint: "0123456789abcdef", issued: Timestamp(seconds: 1_800_000_000),
  expires: Timestamp(seconds: 1_800_043_200), expiresKnown: true, region: "eu-central-1", type: .shortTerm,
  credentialSource: .environment, account: "", isExample: false, settingsDigest: "d")
