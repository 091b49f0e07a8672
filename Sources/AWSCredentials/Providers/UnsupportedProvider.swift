import KeyModel

/// A kind of profile that is known and not supported yet. It stops the chain, because what comes after it would give
/// other credentials than the profile asks for.
struct UnsupportedProvider: CredentialProvider {
  let name: String
  /// Settings of the profile that ask for it.
  let settings: [String]
  /// A setting that makes the profile another kind's.
  var unless: String?
  /// A variable that asks for it, unless a profile is explicitly named.
  var variable: String?

  static let assumeRole = UnsupportedProvider(
    name: "assume role", settings: ["role_arn"], unless: "web_identity_token_file")
  static let webIdentity = UnsupportedProvider(
    name: "web identity", settings: ["web_identity_token_file"], variable: "AWS_WEB_IDENTITY_TOKEN_FILE")
  static let sso = UnsupportedProvider(
    name: "sso", settings: ["sso_account_id", "sso_role_name"])
  static let login = UnsupportedProvider(name: "login", settings: ["login_session"])

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    if let variable, context.explicitProfile == nil, context.environment.nonEmpty(variable) != nil {
      throw Failure(.misconfigured, "cannot use \(variable): \(name) is not yet supported")
    }
    let profile = context.profile
    guard unless.map({ profile.settings[$0] == nil }) ?? true,
      let setting = settings.first(where: { profile.settings[$0] != nil })
    else { return .notConfigured("no \(settings[0])") }
    throw Failure(
      .misconfigured, "cannot use profile \(context.profileName): \(name) (\(setting)) is not yet supported")
  }
}
