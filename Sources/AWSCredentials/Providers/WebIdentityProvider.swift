import KeyModel

/// A role by the token of another identity provider, in a file: AWS_WEB_IDENTITY_TOKEN_FILE (EKS sets it) or the
/// profile's web_identity_token_file. The variables go before the profile, one by one.
struct WebIdentityProvider: CredentialProvider {
  let name = "web identity"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let path = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", context), !path.isEmpty else {
      return .notConfigured("no AWS_WEB_IDENTITY_TOKEN_FILE, no web_identity_token_file")
    }
    guard let arn = value("AWS_ROLE_ARN", "role_arn", context), !arn.isEmpty else {
      throw Failure(
        .misconfigured, "cannot use the web identity token \(path): no role is configured",
        hint: "set AWS_ROLE_ARN, or role_arn in the profile")
    }
    let token: [UInt8]
    do {
      token = try context.readFile(path)
    } catch {
      throw Failure(
        .misconfigured, "cannot read the web identity token \(path): \(error.reason)",
        hint: "is the volume with it mounted, and may the user it runs as read it?")
    }
    let role = AssumedRole(
      arn: arn, sessionName: value("AWS_ROLE_SESSION_NAME", "role_session_name", context),
      webIdentityToken: String(decoding: token, as: UTF8.self))
    return .credentials(try role.assume(context, signer: nil, source: .webIdentity))
  }

  private func value(_ variable: String, _ setting: String, _ context: CredentialContext) -> String? {
    if context.explicitProfile == nil, let text = context.environment[variable] { return text }
    return context.profile.text(setting)
  }
}
