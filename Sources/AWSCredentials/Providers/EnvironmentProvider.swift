import KeyModel

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (or the older AWS_SECURITY_TOKEN) and
/// AWS_CREDENTIAL_EXPIRATION.
struct EnvironmentProvider: CredentialProvider {
  let name = "environment"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    let environment = context.environment
    if let profile = context.explicitProfile {
      return .notConfigured("profile \(profile) is asked for")
    }
    guard let accessKeyID = environment.nonEmpty("AWS_ACCESS_KEY_ID") else {
      return .notConfigured("AWS_ACCESS_KEY_ID is not set")
    }
    guard let secretAccessKey = environment.nonEmpty("AWS_SECRET_ACCESS_KEY") else {
      throw Failure(
        .misconfigured, "cannot use credentials of the environment: AWS_SECRET_ACCESS_KEY is missing",
        hint: "set it, or unset AWS_ACCESS_KEY_ID")
    }
    let texts = CredentialTexts(
      accessKeyID: accessKeyID, secretAccessKey: secretAccessKey,
      sessionToken: environment.nonEmpty("AWS_SECURITY_TOKEN") ?? environment.nonEmpty("AWS_SESSION_TOKEN"),
      account: environment.nonEmpty("AWS_ACCOUNT_ID"))
    return .credentials(Credentials(texts, expiration: try expiration(context), source: .environment))
  }

  private func expiration(_ context: CredentialContext) throws(Failure) -> Timestamp? {
    guard let text = context.environment.nonEmpty("AWS_CREDENTIAL_EXPIRATION") else { return nil }
    guard let end = Timestamp(written: text) else {
      throw Failure(
        .misconfigured, "cannot use credentials of the environment: AWS_CREDENTIAL_EXPIRATION is no RFC 3339 time")
    }
    guard end > context.awsTime else {
      throw Failure(
        .misconfigured, "cannot use credentials of the environment: they expired at \(end.rfc3339)",
        hint:
          "session credentials of the environment end for good: a role, a profile or a credential_process renews them")
    }
    return end
  }
}
