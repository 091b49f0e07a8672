import FoundationEssentials
import Glibc
import KeyModel
import LinuxHost

/// status.json as the commands read it.
struct StatusFile: Decodable {
  /// One output.
  struct Output: Decodable {
    var path: String
    var format: String
    var error: String?

    /// The folder it lies in.
    var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }

    /// What the file holds; nil where it may not be read, or is something else than a file of ours.
    func read() -> SecretBytes? {
      guard let file = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return nil }
      return try? readSecret(from: file, limit: 131_072)
    }
  }

  /// One key.
  struct Key: Decodable {
    var name: String
    var required: Bool
    var region: String
    var state: String
    var type: String
    var issued: String?
    var expires: String?
    /// False where the signing credentials are temporary and do not say until when they live.
    var expiresKnown: Bool
    var renewBefore: Int64?
    var nextRenewal: String?
    var credentialSource: String?
    var failures: Int
    var lastError: String?
    var outputs: [Output]

    enum CodingKeys: String, CodingKey {
      case name, type, required, region, state, issued, expires, failures, outputs
      case expiresKnown = "expires_known"
      case renewBefore = "renew_before"
      case nextRenewal = "next_renewal"
      case credentialSource = "credential_source"
      case lastError = "last_error"
    }

    /// When the key dies; nil when it never does or there is none.
    var expiration: Timestamp? { expires.flatMap { Timestamp(rfc3339: $0) } }
    /// The effective renewal window.
    var window: Duration? { renewBefore.map { .seconds($0) } }
  }

  var pid: Int32
  var started: String
  var degraded: Bool
  /// Seconds that AWS's clock is ahead of ours; nil in a file of an older version.
  var clockSkew: Int64?
  var keys: [Key]

  enum CodingKeys: String, CodingKey {
    case pid, started, degraded, keys
    case clockSkew = "clock_skew"
  }

  /// AWS's time now, as the daemon last knew it: what keys' times are compared with.
  var now: Timestamp { ClockReading.now().wall + skew }
  /// How far AWS's clock is ahead of ours.
  var skew: Duration { .seconds(clockSkew ?? 0) }

  /// AWS's time now, by the file in a runtime folder; ours where there is none.
  static func now(in folder: String) -> Timestamp {
    /// The member alone: a file may tell of thousands of keys.
    struct Skew: Decodable { var clock_skew: Int64? }
    let skew = (try? bytes(in: folder)).flatMap { try? JSONDecoder().decode(Skew.self, from: Data($0)) }
    return ClockReading.now().wall + .seconds(skew?.clock_skew ?? 0)
  }

  /// The bytes of the file in a runtime folder.
  static func bytes(in folder: String) throws(Failure) -> [UInt8] {
    let path = "\(folder)/status.json"
    do throws(SystemError) { return try readFile(path, limit: 67_108_864) } catch {
      throw Failure(
        .internal, "cannot read \(path): \(error.reason)", hint: "does the daemon run? systemctl status bedrock-keyd")
    }
  }

  /// The file in a runtime folder.
  static func read(in folder: String) throws(Failure) -> StatusFile {
    let bytes = try bytes(in: folder)
    guard let status = try? JSONDecoder().decode(StatusFile.self, from: Data(bytes)) else {
      throw Failure(.internal, "cannot read \(folder)/status.json: not a status of this version")
    }
    return status
  }
}
