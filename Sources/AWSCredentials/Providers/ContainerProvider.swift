import AWSClient
import KeyModel
import LinuxHost

/// The credential endpoint of ECS tasks and EKS pods.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
struct ContainerProvider: CredentialProvider {
  let name = "container"

  /// botocore's numbers: 2 seconds for an exchange, 3 attempts, a second between them.
  private static let timeout: Duration = .seconds(2)
  private static let attempts = 3
  private static let pause: Duration = .seconds(1)

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let address = try ContainerAddress(context.environment) else {
      return .notConfigured("no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, no AWS_CONTAINER_CREDENTIALS_FULL_URI")
    }
    var attempt = 1
    while true {
      do {
        return .credentials(try fetch(address, context))
      } catch {
        guard error.mayPass, attempt < Self.attempts, context.timeout(atMost: Self.pause) == Self.pause else {
          throw error.failure
        }
        context.pause(Self.pause)
        attempt += 1
      }
    }
  }

  /// A failed attempt, and whether another one may succeed.
  private struct Attempt: Error {
    let failure: Failure
    let mayPass: Bool

    init(_ failure: Failure) {
      self.failure = failure
      mayPass = false
    }

    init(_ address: ContainerAddress, _ reason: FailureReason, _ what: String, hint: String = "", mayPass: Bool) {
      let message = "cannot get credentials from the container endpoint \(address.shown): \(what)"
      failure = Failure(reason, message, hint: hint)
      self.mayPass = mayPass
    }
  }

  private func fetch(_ address: ContainerAddress, _ context: CredentialContext) throws(Attempt) -> Credentials {
    let request: HTTPRequest
    do { request = try self.request(address, context) } catch { throw Attempt(error) }
    let response: HTTPResponse
    do {
      response = try context.http(request)
    } catch {
      let hint = error.kind == .unreachable ? "it answers only inside of the ECS task or the pod" : error.hint
      throw Attempt(address, error.reason, error.words, hint: hint, mayPass: error.isTransient)
    }
    guard response.status == 200 else {
      let said = response.body.withBytes { refusalWords($0) }
      throw Attempt(
        address, failureReason(ofStatus: response.status), "it answered \(response.status)\(said)",
        hint: [401, 403].contains(response.status) ? "it does not accept AWS_CONTAINER_AUTHORIZATION_TOKEN(_FILE)" : "",
        mayPass: isTransientStatus(response.status))
    }
    do {
      return try response.body.withBytes { (bytes) throws(AnswerError) in try credentials(bytes, context) }
    } catch {
      throw Attempt(address, .unreachable, "cannot use its answer: \(error.reason)", mayPass: true)
    }
  }

  private func request(_ address: ContainerAddress, _ context: CredentialContext) throws(Failure) -> HTTPRequest {
    let timeout = context.timeout(atMost: Self.timeout)
    var request = HTTPRequest("GET", address.url, connectTimeout: timeout, timeout: timeout)
    request.headers = [("Accept", "application/json")]
    request.bodyLimit = 65_536
    request.certificates = context.setting("AWS_CA_BUNDLE", "ca_bundle")
    if let authorization = try ContainerAuthorization.read(context) {
      request.headers.append(("Authorization", authorization))
    }
    return request
  }

  private func credentials(
    _ bytes: UnsafeRawBufferPointer, _ context: CredentialContext
  ) throws(AnswerError) -> Credentials {
    let answer = try CredentialAnswer.parse(bytes)
    guard let token = answer.token, !token.isEmpty else { throw AnswerError(reason: "it has no Token") }
    guard let end = try answer.end(after: context.awsTime) else { throw AnswerError(reason: "it has no Expiration") }
    return Credentials(try answer.texts(token: token), expiration: end, source: .container)
  }
}

/// What an endpoint said when it refused: the code and message of its JSON, without secrets; empty where it said none.
private func refusalWords(_ bytes: UnsafeRawBufferPointer) -> String {
  guard let answer = try? CredentialAnswer.parse(bytes) else { return "" }
  let words = [answer.code, answer.message].compactMap { $0 }.joined(separator: ": ")
  return words.isEmpty ? "" : ": \(redactedLine(words.utf8))"
}
