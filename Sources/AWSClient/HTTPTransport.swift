import CCurl
import KeyModel
import LinuxHost

/// Makes HTTP exchanges; tests put a function of their own in its place.
package typealias HTTPTransport = (HTTPRequest) throws(HTTPFailure) -> HTTPResponse

/// Makes an exchange by libcurl, which is loaded at the first one: TLS 1.2 or later, no redirects, no signals, and no
/// proxy but the request's.
package func curlTransport(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
  var body = SecretBytes(capacity: request.bodyLimit)
  var headers = [UInt8](repeating: 0, count: 16_384)
  var response = ccurl_response()
  var outcome = CCURL_DONE
  _ = body.fill(upTo: request.bodyLimit) { room in
    headers.withUnsafeMutableBufferPointer { headerRoom in
      response.body = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      response.body_capacity = room.count
      response.headers = headerRoom.baseAddress
      response.headers_capacity = headerRoom.count
      outcome = perform(request, &response)
    }
    return response.body_length
  }
  if let kind = failureKind(outcome) {
    let words = withUnsafeBytes(of: response.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    var failure = HTTPFailure(kind, connected: response.connected != 0, words: startingLowerCase(words))
    failure.proxy = request.proxy.map { shownURL($0) }
    failure.isProxyLogin = response.proxy_status == 407
    throw failure
  }
  return HTTPResponse(
    status: response.status, headers: HTTPResponse.parseHeaders(headers.prefix(response.headers_length)), body: body)
}

/// Why libcurl cannot be used, in the dynamic linker's words; nil where it can.
package func curlProblem() -> String? {
  var response = ccurl_response()
  guard ccurl_is_available(&response) == 0 else { return nil }
  return withUnsafeBytes(of: response.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

/// A sentence as our messages have it: lower case, unless its first word is an abbreviation (`SSL certificate …`).
private func startingLowerCase(_ words: String) -> String {
  let rest = words.dropFirst()
  guard let second = rest.first, second.isLowercase || second == " " else { return words }
  return words.prefix(1).lowercased() + rest
}

/// Lends the request to C and makes the exchange.
private func perform(_ request: HTTPRequest, _ response: inout ccurl_response) -> ccurl_outcome {
  guard let secret = request.secretHeader else { return perform(request, nil, &response) }
  return secret.withCString { perform(request, $0, &response) }
}

private func perform(
  _ request: HTTPRequest, _ secretHeader: UnsafePointer<CChar>?, _ response: inout ccurl_response
) -> ccurl_outcome {
  let lines = request.headers.map { "\($0.name): \($0.value)" }
  return withCStrings(lines + [request.method, request.url, request.proxy ?? "", request.certificates ?? ""]) { texts in
    texts.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: lines.count + 4) { texts in
      request.body.withUnsafeBufferPointer { body in
        var raw = ccurl_request()
        raw.headers = UnsafePointer(texts)
        raw.header_count = lines.count
        raw.secret_header = secretHeader
        raw.method = texts[lines.count]
        raw.url = texts[lines.count + 1]
        raw.proxy = texts[lines.count + 2]
        raw.ca_bundle = texts[lines.count + 3]
        raw.body = body.baseAddress
        raw.body_length = body.count
        raw.connect_timeout_ms = max(1, request.connectTimeout.milliseconds)
        raw.fresh_connection = request.hasOwnConnection ? 1 : 0
        raw.timeout_ms = max(1, request.timeout.milliseconds)
        return ccurl_perform(&raw, &response)
      }
    }
  }
}

private func failureKind(_ outcome: ccurl_outcome) -> HTTPFailure.Kind? {
  switch outcome {
  case CCURL_DONE: nil
  case CCURL_NO_LIBRARY: .noLibrary
  case CCURL_UNREACHABLE: .unreachable
  case CCURL_TIMEOUT: .timeout
  case CCURL_UNTRUSTED: .untrusted
  case CCURL_TOO_LONG: .tooLong
  case CCURL_GARBAGE: .garbage
  default: .impossible
  }
}
