import AWSClient
import KeyModel
import SigV4

/// A session of IAM Roles Anywhere, for the certificate of a `roles_anywhere` table
/// (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html).
struct RolesAnywhereProvider: CredentialProvider {
  let name = "roles anywhere"
  let settings: RolesAnywhereSettings

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    let identity = try SigningIdentity(settings, context)
    let session = try createSession(identity, context)
    guard let texts = session.texts(account: settings.account), let end = session.end else {
      throw failure("its answer holds no credentials")
    }
    guard end > context.awsTime else { throw failure("its credentials expired at \(end.rfc3339)") }
    var credentials = Credentials(texts, expiration: end, source: .rolesAnywhere)
    credentials.warnings = identity.warnings
    return .credentials(credentials)
  }

  private func createSession(
    _ identity: SigningIdentity, _ context: CredentialContext
  ) throws(Failure) -> SessionAnswer {
    guard let region = settings.region else {
      throw Failure(.misconfigured, "cannot use the trust anchor \(settings.trustAnchor): it names no region")
    }
    let caller = try context.caller(of: .rolesAnywhere, region: region, signed: true)
    do {
      return try caller.send(request, authorize: authorizer(identity.signer), expecting: "JSON") {
        SessionAnswer(json: $0)
      }
    } catch {
      let remedy = RolesAnywhereRefusal.hint(error, identity.certificate, at: context.awsTime)
      throw error.failure(what, at: caller.endpoint, hint: error.hint.isEmpty ? remedy : "")
    }
  }

  /// The resources stand in the query, as AWS's credential helper sends them.
  private var request: SignableRequest {
    SignableRequest(
      method: "POST", path: "/sessions",
      parameters: [
        ("profileArn", settings.profile), ("roleArn", settings.role), ("trustAnchorArn", settings.trustAnchor),
      ],
      headers: [("Content-Type", "application/json")],
      body: Array("{\"durationSeconds\":\(settings.sessionDuration.wholeSeconds)}".utf8))
  }

  private func authorizer(_ signer: X509Signer) -> CallAuthorizer {
    { (request, endpoint, moment) throws(CallError) in
      do throws(SigningFileError) {
        return try signer.signingHeaders(
          request, region: endpoint.signingRegion, service: AWSService.rolesAnywhere.signingName, at: moment)
      } catch {
        throw CallError(unsent: "the private key \(settings.privateKey): \(error.reason)", hint: error.hint)
      }
    }
  }

  private var what: String { "cannot get a session of role \(settings.role) from IAM Roles Anywhere" }

  private func failure(_ why: String) -> Failure { Failure(.unreachable, "\(what): \(why)") }
}
