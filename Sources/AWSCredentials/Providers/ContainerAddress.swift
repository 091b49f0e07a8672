import Glibc
import KeyModel
import LinuxHost

/// Where the container endpoint is. Credentials over plain http are taken from this machine and the agents' own
/// addresses only.
struct ContainerAddress {
  /// The agents of ECS (the first) and EKS Pod Identity (the others).
  private static let agents: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"]

  /// The whole URL.
  let url: String
  /// The URL without its query, for messages.
  let shown: String

  /// By AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else AWS_CONTAINER_CREDENTIALS_FULL_URI; nil where neither is set.
  init?(_ environment: Environment) throws(Failure) {
    if let path = environment.nonEmpty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      guard path.hasPrefix("/"), Self.isPlain(path) else {
        throw Failure(
          .misconfigured, "cannot use AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: it is no path that starts with a slash")
      }
      url = "http://169.254.170.2\(path)"
    } else if let full = environment.nonEmpty("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      try Self.check(full)
      url = full
    } else {
      return nil
    }
    shown = String(url.prefix { $0 != "?" && $0 != "#" })
  }

  private static func check(_ url: String) throws(Failure) {
    func refused(_ why: String) -> Failure {
      Failure(.misconfigured, "cannot use AWS_CONTAINER_CREDENTIALS_FULL_URI: \(why)")
    }
    let lowered = url.lowercased()
    let scheme = ["https://", "http://"].first { lowered.hasPrefix($0) }
    guard let scheme, isPlain(url) else { throw refused("it is no http or https URL") }
    let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    // A name and password before the host make it easy to read the wrong host.
    guard !authority.contains("@") else { throw refused("it holds a user name") }
    guard let host = host(of: authority), !host.isEmpty else { throw refused("it has no host") }
    guard scheme == "https://" || agents.contains(host) || isLoopback(host) else {
      throw Failure(
        .misconfigured, "cannot use AWS_CONTAINER_CREDENTIALS_FULL_URI: plain http to \(host) is not allowed",
        hint: "use https, or one of a loopback address, \(agents.sorted().joined(separator: ", "))")
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
  }

  private static func host(of authority: Substring) -> String? {
    guard authority.hasPrefix("[") else { return String(authority.prefix { $0 != ":" }).lowercased() }
    guard let end = authority.firstIndex(of: "]") else { return nil }
    return authority[authority.index(after: authority.startIndex)..<end].lowercased()
  }

  /// 127.0.0.0/8 and ::1, as addresses only: what a name means is another's to decide.
  private static func isLoopback(_ host: String) -> Bool {
    var old = in_addr()
    if inet_pton(AF_INET, host, &old) == 1 { return UInt32(bigEndian: old.s_addr) >> 24 == 127 }
    var new = in6_addr()
    guard inet_pton(AF_INET6, host, &new) == 1 else { return false }
    return withUnsafeBytes(of: &new) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
  }
}
