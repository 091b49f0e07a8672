import KeyModel
import Testing

@testable import AWSClient

/// libcurl against a server on loopback.
@Suite(.serialized) struct TransportTests {
  func request(_ method: String, _ url: String) -> HTTPRequest {
    HTTPRequest(method, url, connectTimeout: .seconds(5), timeout: .seconds(5))
  }

  func failure(_ request: HTTPRequest) -> HTTPFailure? {
    do {
      _ = try curlTransport(request)
      return nil
    } catch {
      return error
    }
  }

  @Test func anExchange() throws {
    let server = try LoopbackServer(.answer("HTTP/1.1 418 No\r\nX-Name: value\r\nContent-Length: 4\r\n\r\nbody"))
    var request = request("POST", server.url)
    request.headers = [("X-One", "1"), ("Content-Type", "text/x")]
    request.secretHeader = SecretHeader("X-Two", prefix: "a ", secret: SecretBytes(copying: "secret".utf8))
    request.body = Array("sent".utf8)
    let response = try curlTransport(request)
    #expect(response.status == 418 && response.headers["x-name"] == "value")
    #expect(response.body.withBytes { String(decoding: $0, as: UTF8.self) } == "body")
    let lines = server.received.split(separator: "\r\n").map(String.init)
    #expect(lines.first == "POST /path HTTP/1.1")
    #expect(lines.filter { $0.hasPrefix("X-") } == ["X-Two: a secret", "X-One: 1"])
    #expect(lines.contains("Content-Type: text/x") && lines.last == "sent")
  }

  @Test func anEmptyPutHasALengthAndNoType() throws {
    let server = try LoopbackServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    _ = try curlTransport(request("PUT", server.url))
    #expect(server.received.hasPrefix("PUT /path HTTP/1.1\r\n"))
    #expect(server.received.contains("Content-Length: 0\r\n") && !server.received.contains("Content-Type"))
  }

  @Test func redirectsAreNotFollowed() throws {
    let server = try LoopbackServer(
      .answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))
    #expect(try curlTransport(request("GET", server.url)).status == 302)
  }

  @Test func aBodyBeyondTheLimitIsRefused() throws {
    let text = String(repeating: "x", count: 8193)
    for head in ["Content-Length: 8193\r\n", ""] {
      let server = try LoopbackServer(.answer("HTTP/1.1 200 OK\r\n\(head)\r\n\(text)"))
      var request = request("GET", server.url)
      request.bodyLimit = 8192
      #expect(failure(request)?.kind == .tooLong)
    }
  }

  @Test(arguments: [
    "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "HTTP/1.1 abc\r\n\r\n",
  ])
  func garbageAndTruncationAreFailures(answer: String) throws {
    let server = try LoopbackServer(.answer(answer))
    let failure = try #require(self.failure(request("GET", server.url)))
    #expect(failure.kind == .garbage && failure.connected && failure.isTransient)
  }

  @Test func silenceIsATimeoutAfterConnecting() throws {
    let server = try LoopbackServer(.silence)
    var request = request("GET", server.url)
    request.timeout = .milliseconds(200)
    let failure = try #require(self.failure(request))
    #expect(failure.kind == .timeout && failure.connected && failure.reason == .timeout)
  }

  @Test func aClosedPortIsUnreachable() throws {
    // Port 1 (tcpmux) has no server on a machine of today.
    let failure = try #require(self.failure(request("GET", "http://127.0.0.1:1/")))
    #expect(failure.kind == .unreachable && !failure.connected && failure.reason == .unreachable)
  }

  @Test func otherProtocolsAreRefused() throws {
    let failure = try #require(self.failure(request("GET", "file:///etc/passwd")))
    #expect(failure.kind == .impossible && failure.reason == .misconfigured)
  }

  @Test func theProxyIsTheRequestsOnly() throws {
    let server = try LoopbackServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    var request = request("GET", "http://example.invalid/behind")
    request.proxy = "http://127.0.0.1:\(server.port)"
    _ = try curlTransport(request)
    #expect(server.received.hasPrefix("GET http://example.invalid/behind HTTP/1.1\r\n"))
  }
}
