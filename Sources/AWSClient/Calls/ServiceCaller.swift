import KeyModel
import SigV4

/// Adds to a request what proves who asks, anew for each attempt, by the time of AWS's clock. What it throws ends the
/// call.
package typealias CallAuthorizer = (SignableRequest, Endpoint, Timestamp) throws(CallError) -> [(
  name: String, value: String
)]

/// Calls of AWS's services. It asks again as the retry policy says, until the deadline.
package struct ServiceCaller {
  /// Where the service is.
  package var endpoint: Endpoint
  /// The service.
  package var service: AWSService
  /// How often it asks.
  package var retries: RetryPolicy
  /// Whether a request is sent again when the one before may have been applied; if not, only what was surely not applied
  /// is followed by another attempt.
  package var asksAgainWhenUnclear = true
  /// The proxy's URL; nil for none.
  package var proxy: String?
  /// Certificates to trust instead of the system's.
  package var certificates: String?
  /// A header of every request that holds a secret; nil for none.
  package var secretHeader: SecretHeader?
  /// Makes an exchange.
  package var http: HTTPTransport
  /// Waits between two attempts.
  package var pause: (Duration) -> Void
  /// The time left until the deadline.
  package var timeLeft: () -> Duration
  /// The time by AWS's clock.
  package var awsTime: () -> Timestamp
  /// What learns AWS's time from the answers; nil where they are not AWS's word.
  package var clock: AWSClock?
  /// Reads our clocks, to learn by.
  package var now: () -> ClockReading

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
    now = { ClockReading(wall: Timestamp(seconds: 0), boot: .zero) }
  }

  /// botocore's for an answer: 60 seconds. The deadline is usually sooner.
  private static let timeout: Duration = .seconds(60)
  /// Who does not take a connection in this time hardly will: the rest is for other attempts.
  private static let connectTimeout: Duration = .seconds(10)

  /// Posts the parameters of AWS's query protocol, signed unless there is no signer, and reads the texts of the answer.
  package func call(_ parameters: [(name: String, value: String)], signer: Signer?) throws(CallError) -> XMLTexts {
    try send(query(parameters), authorize: signer.map(authorizer), expecting: "XML") { XMLTexts($0) }
  }

  /// The same for an answer with a secret at a path, which is taken into wiped memory.
  package func call(
    _ parameters: [(name: String, value: String)], signer: Signer?, secret path: String
  ) throws(CallError) -> XMLSecretAnswer {
    try send(query(parameters), authorize: signer.map(authorizer), expecting: "XML") {
      XMLSecretAnswer($0, secret: path)
    }
  }

  private func query(_ parameters: [(name: String, value: String)]) -> SignableRequest {
    SignableRequest(
      method: "POST", headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(parameters.map { "\(formEncoded($0.name))=\(formEncoded($0.value))" }.joined(separator: "&").utf8))
  }

  /// Signs requests in their headers, for this service.
  package func authorizer(_ signer: Signer) -> CallAuthorizer {
    { request, endpoint, moment in
      signer.signingHeaders(request, region: endpoint.signingRegion, service: service.signingName, at: moment)
    }
  }

  /// Sends a request, whose path is the one below the endpoint, and reads the body of a success; `read` gives nil for a
  /// body that is not what is expected, which counts as passing trouble. A refusal that taught us AWS's time is followed
  /// by one more attempt at once, whatever the policy says.
  package func send<Answer: ~Copyable>(
    _ request: SignableRequest, authorize: CallAuthorizer?, expecting form: String,
    _ read: (UnsafeRawBufferPointer) -> Answer?
  ) throws(CallError) -> Answer {
    var attempt = 1
    var isCorrected = false
    var isUnclear = false
    while true {
      var failed: FailedExchange
      do throws(FailedExchange) {
        return try exchange(request, authorize, form, read)
      } catch {
        failed = error
      }
      isUnclear = isUnclear || failed.error.mayHaveBeenApplied
      failed.error.mayHaveBeenApplied = isUnclear
      if failed.blamesClock && !isCorrected {
        isCorrected = true
        continue
      }
      let delay = retries.delay(
        afterAttempt: attempt, chance: .random(in: 0..<1), isThrottled: failed.error.reason == .throttled,
        headers: failed.headers)
      guard failed.mayPass, asksAgainWhenUnclear || !isUnclear, attempt < retries.attempts, delay < timeLeft() else {
        throw failed.error
      }
      pause(delay)
      attempt += 1
    }
  }

  private struct FailedExchange: Error {
    var error: CallError
    var mayPass = false
    var headers: [String: String] = [:]
    /// Whether it was signed for a time that the answer showed to be wrong.
    var blamesClock = false
  }

  private func exchange<Answer: ~Copyable>(
    _ request: SignableRequest, _ authorize: CallAuthorizer?, _ form: String,
    _ read: (UnsafeRawBufferPointer) -> Answer?
  ) throws(FailedExchange) -> Answer {
    let prepared: HTTPRequest
    do { prepared = try self.prepared(request, authorize) } catch { throw FailedExchange(error: error) }
    let response: HTTPResponse
    let skewBefore = clock?.skew ?? .zero
    let sent = now()
    do { response = try http(prepared) } catch {
      var failure = CallError(reason: error.reason, code: "", words: error.words, hint: error.hint)
      failure.mayHaveBeenApplied = error.mayHaveBeenSent
      throw FailedExchange(error: failure, mayPass: error.isTransient)
    }
    if let date = response.date { clock?.learn(date, sent: sent, received: now()) }
    guard (200..<300).contains(response.status) else {
      let refusal = CallError(refusedBy: response)
      var refused = FailedExchange(
        error: refusal, mayPass: RetryPolicy.mayPass(status: response.status, code: refusal.code),
        headers: response.headers)
      let change = (clock?.skew ?? .zero) - skewBefore
      refused.blamesClock =
        authorize != nil && RetryPolicy.clockCodes.contains(refused.error.code)
        && max(change, .zero - change) > RetryPolicy.clockChange
      throw refused
    }
    guard let answer = response.body.withBytes({ read($0) }) else {
      var failure = CallError(reason: .unreachable, code: "", words: "it answered what is no \(form)", hint: "")
      failure.requestID = ServiceRefusal(response).requestIDWords
      failure.mayHaveBeenApplied = true
      throw FailedExchange(error: failure, mayPass: true)
    }
    return answer
  }

  /// The request as it goes over the wire.
  private func prepared(
    _ request: SignableRequest, _ authorize: CallAuthorizer?
  ) throws(CallError) -> HTTPRequest {
    let timeout = max(.zero, min(Self.timeout, timeLeft()))
    let query = request.parameters.map { "\(formEncoded($0.name))=\(formEncoded($0.value))" }.joined(separator: "&")
    var sent = HTTPRequest(
      request.method, "\(endpoint.url)\(request.path)\(query.isEmpty ? "" : "?\(query)")",
      connectTimeout: min(Self.connectTimeout, timeout), timeout: timeout)
    sent.body = request.body
    sent.hasOwnConnection = !asksAgainWhenUnclear
    sent.certificates = certificates
    sent.proxy = proxy
    sent.headers = request.headers
    sent.secretHeader = secretHeader
    guard let authorize else { return sent }
    let place = URLParts(endpoint.url)
    var signable = request
    signable.path = (place?.path ?? "") + request.path
    signable.headers.append(("Host", String(place?.host ?? "")))
    sent.headers += try authorize(signable, endpoint, awsTime())
    return sent
  }
}
