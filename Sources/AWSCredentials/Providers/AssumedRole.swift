import AWSClient
import KeyModel
import SigV4

/// A role, and how it is assumed at STS (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
struct AssumedRole {
  let arn: String
  var sessionName: String?
  var externalID: String?
  var duration: Int?
  var webIdentityToken: String?

  /// Asks STS. The credentials' end is what it says.
  func assume(
    _ context: CredentialContext, signer: Signer?, source: CredentialSource
  ) throws(Failure) -> Credentials {
    try check()
    let action = webIdentityToken == nil ? "AssumeRole" : "AssumeRoleWithWebIdentity"
    let caller = try context.securityTokenService(signed: signer != nil)
    let place = "\(action)Result/Credentials/"
    let answer: XMLSecretAnswer
    do {
      answer = try caller.call(
        parameters(action, at: context.awsTime), signer: signer, secret: place + "SecretAccessKey")
    } catch {
      throw error.failure("cannot assume role \(arn)", at: caller.endpoint, hint: hint(error.code))
    }
    return try credentials(answer, at: place, source, context)
  }

  /// The credentials of an answer. One without any is not asked again, nor does botocore.
  private func credentials(
    _ answer: consuming XMLSecretAnswer, at place: String, _ source: CredentialSource, _ context: CredentialContext
  ) throws(Failure) -> Credentials {
    let texts = answer.texts.texts
    guard let id = texts[place + "AccessKeyId"], let token = texts[place + "SessionToken"],
      let end = texts[place + "Expiration"].flatMap(Timestamp.init(written:)),
      !id.isEmpty, answer.secret.count > 0, !token.isEmpty
    else { throw Failure(.unreachable, "cannot assume role \(arn): the answer of STS holds no credentials") }
    guard end > context.awsTime else {
      throw Failure(.unreachable, "cannot assume role \(arn): the credentials of STS expired at \(end.rfc3339)")
    }
    let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
    let account = parts.count > 4 ? String(parts[4]) : nil
    let keys = SigningCredentials(
      accessKeyID: id, secretAccessKey: answer.takeSecret(), sessionToken: SecretBytes(copying: token.utf8))
    return Credentials(keys: keys, expiration: end, source: source, account: account)
  }

  private func parameters(_ action: String, at moment: Timestamp) -> [(name: String, value: String)] {
    var all = [(name: "Action", value: action), (name: "Version", value: "2011-06-15"), (name: "RoleArn", value: arn)]
    let name = sessionName.flatMap { $0.isEmpty ? nil : $0 } ?? "bedrock-keyd-\(moment.seconds)"
    all.append((name: "RoleSessionName", value: name))
    if let externalID { all.append((name: "ExternalId", value: externalID)) }
    if let duration { all.append((name: "DurationSeconds", value: String(duration))) }
    if let webIdentityToken { all.append((name: "WebIdentityToken", value: webIdentityToken)) }
    return all
  }

  /// The lower limits of the API, which botocore checks, too.
  private func check() throws(Failure) {
    let problems = [
      (arn.count < 20, "role_arn is no ARN of a role"),
      (sessionName?.count == 1, "role_session_name has fewer than 2 characters"),
      ((externalID?.count ?? 2) < 2, "external_id has fewer than 2 characters"),
      ((duration ?? 900) < 900, "duration_seconds is below 900"),
      ((webIdentityToken?.count ?? 4) < 4, "the web identity token has fewer than 4 characters"),
    ]
    guard let problem = problems.first(where: \.0)?.1 else { return }
    throw Failure(.misconfigured, "cannot assume role \(arn): \(problem)")
  }

  private func hint(_ code: String) -> String {
    switch code {
    case "AccessDenied":
      "the role's trust policy must name the caller, and the caller's policy must allow sts:\(webIdentityToken == nil ? "AssumeRole" : "AssumeRoleWithWebIdentity")"
    case "ValidationError": "check role_arn, role_session_name and duration_seconds; chained roles live 1 hour at most"
    case "RegionDisabledException": "activate STS for this region in the account settings of IAM, or set another region"
    case "InvalidIdentityToken", "IDPRejectedClaim":
      "the token's provider, audience and subject must be those of the role's trust policy"
    default: ""
    }
  }
}
