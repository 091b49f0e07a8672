import KeyModel
import SigV4

/// Why a call to AWS has no answer.
package struct CallError: Error {
  /// What kind of failure it is.
  package let reason: FailureReason
  /// The error code of AWS, or empty.
  package let code: String
  /// What happened; may hold what AWS wrote.
  package let words: String
  /// ` (request id …)`, or empty.
  package var requestID = ""
  /// What to do about it, or empty.
  package let hint: String
}

/// Calls of AWS's query protocol: a form that is posted, signed unless there are no credentials, and XML that comes
/// back. It asks again as the retry policy says, until the deadline.
package struct ServiceCaller {
  /// Where the service is.
  package var endpoint: Endpoint
  /// The service.
  package var service: AWSService
  /// How often it asks.
  package var retries: RetryPolicy
  /// The proxy's URL; nil for none.
  package var proxy: String?
  /// Certificates to trust instead of the system's.
  package var certificates: String?
  /// Makes an exchange.
  package var http: HTTPTransport
  /// Waits between two attempts.
  package var pause: (Duration) -> Void
  /// The time left until the deadline.
  package var timeLeft: () -> Duration
  /// The time by AWS's clock.
  package var awsTime: () -> Timestamp

  /// A caller by its parts.
  package init(
    _ service: AWSService, at endpoint: Endpoint, retries: RetryPolicy, http: @escaping HTTPTransport,
    pause: @escaping (Duration) -> Void
  ) {
    self.service = service
    self.endpoint = endpoint
    self.retries = retries
    self.http = http
    self.pause = pause
    timeLeft = { .seconds(30) }
    awsTime = { Timestamp(seconds: 0) }
  }

  /// botocore's: 60 seconds each. The deadline is sooner.
  private static let timeout: Duration = .seconds(60)

  /// Posts the parameters and reads the texts of the answer.
  package func call(_ parameters: [(name: String, value: String)], signer: Signer?) throws(CallError) -> XMLTexts {
    var attempt = 1
    while true {
      let ended = exchange(parameters, signer)
      if case .success(let texts) = ended.result { return texts }
      let delay = retries.delay(afterAttempt: attempt, chance: .random(in: 0..<1), retryAfter: ended.retryAfter)
      guard ended.mayPass, attempt < retries.attempts, delay < timeLeft() else { return try ended.result.get() }
      pause(delay)
      attempt += 1
    }
  }

  private struct Ended {
    var result: Result<XMLTexts, CallError>
    var mayPass = false
    var retryAfter: String?
  }

  private func exchange(_ parameters: [(name: String, value: String)], _ signer: Signer?) -> Ended {
    do {
      let response = try http(request(parameters, signer))
      let parsed = response.body.withBytes { XMLTexts($0) }
      guard response.status == 200 else { return refusal(response, parsed?.texts ?? [:]) }
      guard let parsed else {
        var failure = CallError(reason: .unreachable, code: "", words: "it answered what is no XML", hint: "")
        failure.requestID = requestID(response, [:])
        return Ended(result: .failure(failure), mayPass: true)
      }
      return Ended(result: .success(parsed))
    } catch {
      let failure = CallError(reason: error.reason, code: "", words: error.words, hint: error.hint)
      return Ended(result: .failure(failure), mayPass: error.isTransient)
    }
  }

  private func request(_ parameters: [(name: String, value: String)], _ signer: Signer?) -> HTTPRequest {
    let timeout = max(.zero, min(Self.timeout, timeLeft()))
    var request = HTTPRequest("POST", "\(endpoint.url)/", connectTimeout: timeout, timeout: timeout)
    request.body = parameters.map { "\(formEncoded($0.name))=\(formEncoded($0.value))" }.joined(separator: "&").utf8
      .map { $0 }
    request.certificates = certificates
    request.proxy = proxy
    request.headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    guard let signer else { return request }
    let rest =
      endpoint.url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).dropFirst(2).first ?? ""
    let host = String(rest.prefix { $0 != "/" })
    let path = String(rest.dropFirst(host.count)) + "/"
    let signable = SignableRequest(
      method: "POST", path: path, headers: request.headers + [("Host", host)], body: request.body)
    request.headers += signer.signingHeaders(
      signable, region: endpoint.signingRegion, service: service.signingName, at: awsTime())
    return request
  }

  private func refusal(_ response: borrowing HTTPResponse, _ texts: [String: String]) -> Ended {
    let code = texts["Error/Code"] ?? ""
    let said = [code, texts["Error/Message"] ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
    let words = "it answered \(response.status)\(said.isEmpty ? "" : ": \(said)")"
    var failure = CallError(reason: reason(response.status, code), code: code, words: words, hint: "")
    failure.requestID = requestID(response, texts)
    return Ended(
      result: .failure(failure), mayPass: RetryPolicy.mayPass(status: response.status, code: code),
      retryAfter: response.headers["retry-after"])
  }

  private func reason(_ status: Int, _ code: String) -> FailureReason {
    if status == 429 || RetryPolicy.throttlingCodes.contains(code) { return .throttled }
    if status >= 500 || RetryPolicy.transientCodes.contains(code) { return .unreachable }
    let isDenied = [401, 403].contains(status) || ["InvalidIdentityToken", "ExpiredTokenException"].contains(code)
    return isDenied ? .denied : .misconfigured
  }

  private func requestID(_ response: borrowing HTTPResponse, _ texts: [String: String]) -> String {
    let id = response.headers["x-amzn-requestid"] ?? texts["RequestId"] ?? ""
    let isPlain = id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    return id.isEmpty || id.count > 64 || !isPlain ? "" : " (request id \(id))"
  }
}

/// A text as a form has it (RFC 3986's unreserved characters stay).
private func formEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.reduce(into: "") { result, byte in
    let scalar = Character(Unicode.Scalar(byte))
    if scalar.isASCII && (scalar.isLetter || scalar.isNumber || "-._~".contains(scalar)) {
      result.append(scalar)
    } else {
      result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
  }
}
