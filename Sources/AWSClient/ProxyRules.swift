import Glibc
import LinuxHost

/// Which proxy a URL is reached through: HTTPS_PROXY, HTTP_PROXY and NO_PROXY as botocore reads them (Python's
/// urllib.request: names in lower case go first), and networks in NO_PROXY besides. Metadata and container endpoints
/// never ask it.
package struct ProxyRules: Hashable, Sendable {
  private let proxies: [String: String]
  private let exceptions: [String]

  /// The rules of an environment.
  package init(_ environment: Environment) {
    func value(_ name: String) -> String? { environment[name] ?? environment[name.uppercased()] }
    proxies = ["http", "https"].reduce(into: [:]) { $0[$1] = value("\($1)_proxy") }
    exceptions = (value("no_proxy") ?? "").split(separator: ",").map { Self.trimmed($0).lowercased() }
  }

  /// The proxy's URL for a URL; nil where it is reached directly.
  package func proxy(for url: String) -> String? {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let proxy = proxies[String(parts[0].dropLast())], !proxy.isEmpty else { return nil }
    let authority = String(parts[2].prefix { $0 != "/" }).lowercased()
    guard !exceptions.contains(where: { Self.isException($0, authority) }) else { return nil }
    if proxy.hasPrefix("http:") || proxy.hasPrefix("https:") { return proxy }
    return proxy.hasPrefix("//") ? "http:\(proxy)" : "http://\(proxy)"
  }

  /// `*` is every host; a name is that host and those below it, with a port that one only; a network is its addresses.
  private static func isException(_ exception: String, _ authority: String) -> Bool {
    if exception == "*" { return true }
    let host = hostOf(authority)
    if exception.contains("/") { return isAddress(host, in: exception) }
    let name = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
    guard !name.isEmpty else { return false }
    return [host, authority, host.filter { !"[]".contains($0) }].contains {
      $0 == name || $0.hasSuffix(".\(name)")
    }
  }

  private static func hostOf(_ authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
    return String(authority.prefix { $0 != ":" })
  }

  private static func isAddress(_ host: String, in network: String) -> Bool {
    let parts = network.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let length = Int(parts[1]), let address = bytes(host.filter { !"[]".contains($0) }),
      let prefix = bytes(String(parts[0])), address.count == prefix.count, (0...address.count * 8).contains(length)
    else { return false }
    return (0..<length).allSatisfy { bit in
      let mask = UInt8(0x80) >> (bit % 8)
      return address[bit / 8] & mask == prefix[bit / 8] & mask
    }
  }

  /// The bytes of an IPv4 or IPv6 address (inet_pton(3)).
  private static func bytes(_ text: String) -> [UInt8]? {
    var address = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &address) == 1 { return Array(address[0..<4]) }
    return inet_pton(AF_INET6, text, &address) == 1 ? address : nil
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
