/// The parts of a URL that requests and messages need: without user name and password, and without a query.
struct URLParts {
  /// `https`.
  let scheme: Substring
  /// Host and port.
  let host: Substring
  /// The path; empty, or with a slash at its beginning.
  let path: Substring

  /// Takes a URL apart; nil where it has no scheme or no host.
  init?(_ url: String) {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, parts[0].last == ":" else { return nil }
    let rest = parts[2].prefix { $0 != "?" && $0 != "#" }
    let authority = rest.prefix { $0 != "/" }
    scheme = parts[0].dropLast()
    host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    path = rest.dropFirst(authority.count)
    guard !scheme.isEmpty, !host.isEmpty else { return nil }
  }
}

/// A URL as it is shown: without user name and password, which proxies and endpoints may have, and without a query.
package func shownURL(_ url: String) -> String {
  URLParts(url).map { "\($0.scheme)://\($0.host)\($0.path)" } ?? "?"
}

/// Whether a text is an http or https URL with a host, all of it visible ASCII.
package func isHTTPURL(_ text: String) -> Bool {
  guard let parts = URLParts(text), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
  return ["http", "https"].contains(parts.scheme.lowercased())
}
