import AWSClient
import KeyModel
import LinuxHost

/// The instance metadata service, version 2, with the token that every request needs.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
struct InstanceMetadata {
  /// The service, or why there is none.
  enum Opening {
    case open(InstanceMetadata)
    case absent(String)
  }

  /// The service's URL as it is shown.
  var shown: String { settings.shown }
  private let settings: InstanceMetadataSettings
  private let context: CredentialContext
  private let token: String

  /// Asks for a token. Where nothing answers, the service is absent on a machine that is not known to be an EC2
  /// instance, and broken on one that is, or when an endpoint is configured.
  static func open(_ context: CredentialContext) throws(Failure) -> Opening {
    if context.environment.nonEmpty("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
      return .absent("AWS_EC2_METADATA_DISABLED is true")
    }
    let settings = try InstanceMetadataSettings(context)
    var request = HTTPRequest("PUT", "", connectTimeout: .zero, timeout: .zero)
    request.headers = [("x-aws-ec2-metadata-token-ttl-seconds", "21600")]
    let response: HTTPResponse
    do {
      response = try send(request, "latest/api/token", settings, context)
    } catch {
      guard error.connected || settings.isCertain(context) else {
        return .absent("nothing answers at \(settings.shown)")
      }
      let hint = error.kind == .timeout && error.connected ? hopLimitHint : error.hint
      throw noToken(settings, error.reason, error.words, hint: hint)
    }
    guard response.status == 200 || settings.isCertain(context) else {
      return .absent("\(settings.shown) answered \(response.status): it is not EC2's")
    }
    let token = try token(response, settings)
    return .open(InstanceMetadata(settings: settings, context: context, token: token))
  }

  /// The token in an answer; it becomes a header.
  private static func token(
    _ response: borrowing HTTPResponse, _ settings: InstanceMetadataSettings
  ) throws(Failure) -> String {
    guard response.status == 200 else {
      let hint = response.status == 403 ? "the instance's metadata service is switched off" : ""
      throw noToken(
        settings, failureReason(ofStatus: response.status), "it answered \(response.status)", hint: hint)
    }
    let token = response.body.withBytes { String(decoding: $0, as: UTF8.self) }
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw noToken(settings, .unreachable, "its answer is none")
    }
    return token
  }

  private static func noToken(
    _ settings: InstanceMetadataSettings, _ reason: FailureReason, _ why: String, hint: String = ""
  ) -> Failure {
    Failure(reason, "cannot get a token from instance metadata at \(settings.shown): \(why)", hint: hint)
  }

  /// Asks for a path; an answer that is useless is asked for again like passing trouble.
  func get(
    _ path: String, isUseless: (borrowing HTTPResponse) -> Bool = { _ in false }
  ) throws(Failure) -> HTTPResponse {
    var request = HTTPRequest("GET", "", connectTimeout: .zero, timeout: .zero)
    request.headers = [("x-aws-ec2-metadata-token", token)]
    do {
      return try Self.send(request, path, settings, context, isUseless)
    } catch {
      throw Failure(
        error.reason, "cannot ask instance metadata at \(shown): \(error.words)", hint: error.hint)
    }
  }

  /// The failure for a status that is no success.
  func refusal(_ status: Int, _ what: String) -> Failure {
    Failure(
      failureReason(ofStatus: status), "cannot get \(what) from instance metadata at \(shown): it answered \(status)"
    )
  }

  /// From a container one hop more lies between: with the default limit of 1 the answer never arrives.
  private static let hopLimitHint =
    "in a container the instance needs a hop limit of 2: "
    + "aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2"

  /// Sends a request as often as the settings allow, until an answer is no passing trouble. Each attempt has the
  /// service's timeout; the deadline ends them all.
  private static func send(
    _ request: HTTPRequest, _ path: String, _ settings: InstanceMetadataSettings, _ context: CredentialContext,
    _ isUseless: (borrowing HTTPResponse) -> Bool = { _ in false }
  ) throws(HTTPFailure) -> HTTPResponse {
    var request = request
    request.url = "\(settings.endpoint)/\(path)"
    request.bodyLimit = 65_536
    request.certificates = context.setting("AWS_CA_BUNDLE", "ca_bundle")
    var attempt = 1
    while true {
      request.timeout = context.timeout(atMost: settings.timeout)
      request.connectTimeout = request.timeout
      do {
        let response = try context.http(request)
        let mayImprove = isTransientStatus(response.status) || isUseless(response)
        if !mayImprove || attempt >= settings.attempts || context.isOver { return response }
      } catch {
        if !error.isTransient || attempt >= settings.attempts || context.isOver { throw error }
      }
      attempt += 1
    }
  }
}
