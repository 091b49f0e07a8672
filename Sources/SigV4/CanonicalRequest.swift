/// A request in the one form that both sides of a signature hash (AWS Signature Version 4, "Create a canonical
/// request"). Its query stands apart, in QueryParameters.
package struct CanonicalRequest: Sendable {
  /// What stands where a body's hash would, when the body is not part of the signature.
  package static let unsignedPayload = "UNSIGNED-PAYLOAD"

  /// GET, POST, PUT…
  package let method: String
  /// The canonical path.
  package let path: String
  /// The headers to sign by their lower-case name, sorted.
  package let headers: [(name: String, value: String)]
  /// The SHA-256 of the body in hexadecimal.
  package let payloadHash: String

  /// A request by its parts. A path is normalized and encoded again, as every service but S3 has it. Runs of blanks in
  /// header values become one; values of the same name are joined by commas.
  package init(method: String, path: String, headers: [(name: String, value: String)], payloadHash: String) {
    self.method = method
    self.path = canonicalPath(path)
    var values: [String: [String]] = [:]
    for header in headers {
      let words = header.value.split(whereSeparator: { $0 == " " || $0 == "\t" })
      values[header.name.lowercased(), default: []].append(words.joined(separator: " "))
    }
    self.headers = values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
    self.payloadHash = payloadHash
  }

  /// The signed headers' names, `host;x-amz-date`.
  package var signedHeaders: String { headers.map(\.name).joined(separator: ";") }

  /// Feeds the canonical request piece by piece, so that no copy of a secret query is made.
  package func feed(query: borrowing QueryParameters, to body: (UnsafeRawBufferPointer) -> Void) {
    feedText("\(method)\n\(path)\n", to: body)
    query.feedCanonical(to: body)
    let lines = headers.map { "\($0.name):\($0.value)\n" }.joined()
    feedText("\n\(lines)\n\(signedHeaders)\n\(payloadHash)", to: body)
  }
}

/// A path without `.`, `..` and empty segments (RFC 3986, 5.2.4), percent-encoded.
private func canonicalPath(_ path: String) -> String {
  var segments: [Substring] = []
  let all = path.split(separator: "/", omittingEmptySubsequences: false)
  for segment in all where !segment.isEmpty && segment != "." {
    if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
  }
  let isFolder = ["", ".", ".."].contains(all.last ?? "")
  let text = "/" + segments.joined(separator: "/") + (isFolder && !segments.isEmpty ? "/" : "")
  return String(decoding: PercentEncoding.encode(text.utf8, keepingSlash: true), as: UTF8.self)
}
