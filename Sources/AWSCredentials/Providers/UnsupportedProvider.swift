import KeyModel

/// A kind of profile that is known and not supported yet. It stops the chain, because what comes after it would give
/// other credentials than the profile asks for.
struct UnsupportedProvider: CredentialProvider {
  let name: String
  /// Settings of the profile that ask for it.
  let settings: [String]

  static let sso = UnsupportedProvider(
    name: "sso", settings: ["sso_account_id", "sso_role_name"])
  static let login = UnsupportedProvider(name: "login", settings: ["login_session"])

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let setting = settings.first(where: { context.profile.settings[$0] != nil }) else {
      return .notConfigured("no \(settings[0])")
    }
    throw Failure(
      .misconfigured, "cannot use profile \(context.profileName): \(name) (\(setting)) is not yet supported")
  }
}
