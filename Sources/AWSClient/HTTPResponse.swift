import KeyModel

/// What a server answered. The body is taken for a secret: where credentials come from, it is one.
package struct HTTPResponse: ~Copyable {
  /// The status code.
  package let status: Int
  /// The headers by their lower-case name; of several of one name, the last.
  package let headers: [String: String]
  /// The body.
  package let body: SecretBytes

  /// An answer by its parts.
  package init(status: Int, headers: [String: String] = [:], body: consuming SecretBytes) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The time of its `Date` header, in whole seconds; nil without a readable one.
  package var date: Timestamp? { headers["date"].flatMap { Timestamp(httpDate: $0) } }

  /// Reads header lines as they come over the wire, the status line first.
  static func parseHeaders(_ lines: some Sequence<UInt8>) -> [String: String] {
    var headers: [String: String] = [:]
    for line in String(decoding: Array(lines), as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
      let end = value.lastIndex(where: { !$0.isWhitespace }).map { value.index(after: $0) } ?? value.startIndex
      headers[line[..<colon].lowercased()] = String(value[..<end])
    }
    return headers
  }
}

extension Timestamp {
  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of dates that servers send (RFC 9110, section 5.6.7); nil for
  /// anything else.
  package init?(httpDate text: String) {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[1].utf8.count == 2, words[5] == "GMT",
      let month = months.firstIndex(where: { $0 == words[2] })
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    self.init(rfc3339: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
  }
}
