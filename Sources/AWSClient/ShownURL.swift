/// A URL as it is shown: without user name and password, which proxies and endpoints may have, and without a query.
package func shownURL(_ url: String) -> String {
  let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3, parts[1].isEmpty else { return "?" }
  let rest = parts[2].prefix { $0 != "?" && $0 != "#" }
  let authority = rest.prefix { $0 != "/" }
  let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
  return "\(parts[0])//\(host)\(rest.dropFirst(authority.count))"
}
