import KeyModel

/// By what path credentials came, in words, for people who look for what to change. Never a secret: of a program its
/// arguments are left out, of a URL its query.
package struct CredentialPath: Hashable, Sendable {
  /// Where they came from, then what stands behind that.
  package private(set) var steps: [String] = []
  /// Whether temporary credentials asked for the role: such a chain lives 1 hour at most
  /// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
  package private(set) var isRoleChain = false

  /// The path of what a chain found under a context.
  package init(of source: CredentialSource, in context: CredentialContext) {
    switch source {
    case .environment: steps = ["variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"]
    case .container: steps = ["container endpoint \(Self.containerAddress(context))"]
    case .instanceMetadata: steps = ["the instance's role, by instance metadata"]
    case .rolesAnywhere: steps = Self.rolesAnywhere(context.rolesAnywhere)
    case .webIdentity: steps = [Self.webIdentity(context)]
    case .profile, .sso, .login, .credentialProcess: steps = [Self.plain(context.profileName, context)]
    case .assumeRole: follow(context.profileName, context)
    }
  }

  private static func containerAddress(_ context: CredentialContext) -> String {
    (try? ContainerAddress(context.environment))?.shown ?? ""
  }

  private static func rolesAnywhere(_ settings: RolesAnywhereSettings?) -> [String] {
    guard let settings else { return ["IAM Roles Anywhere"] }
    return ["IAM Roles Anywhere, role \(settings.role)", "certificate \(settings.certificate)"]
  }

  private static func webIdentity(_ context: CredentialContext) -> String {
    let isVariable = context.explicitProfile == nil && context.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] != nil
    let file =
      isVariable ? context.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] : context.profile.text("web_identity_token_file")
    let place = isVariable ? "the environment" : "profile \(context.profileName)"
    return "web identity of \(place), token in \(file ?? "")"
  }

  /// A profile with credentials of its own.
  private static func plain(_ name: String, _ context: CredentialContext) -> String {
    let profile = context.profiles.merged[name] ?? Profile()
    if let session = profile.text("sso_session") { return "profile \(name), sso_session \(session)" }
    if profile.text("sso_start_url") != nil { return "profile \(name), its own SSO settings" }
    if profile.text("login_session") != nil { return "profile \(name), login_session" }
    if let command = profile.text("credential_process"), profile.text("aws_access_key_id") == nil {
      return "profile \(name), program \(shellWords(command)?.first ?? "")"
    }
    let isInCredentials = context.profiles.credentials?[name]?.text("aws_access_key_id") != nil
    return "profile \(name) in \(isInCredentials ? context.profiles.credentialsPath : context.profiles.configPath)"
  }

  /// Follows a role to what asks for it.
  private mutating func follow(_ name: String, _ context: CredentialContext) {
    let profile = context.profiles.merged[name] ?? Profile()
    steps.append("profile \(name), role \(profile.text("role_arn") ?? "")")
    if let source = profile.text("credential_source") {
      let isPermanent = source == "Environment" && context.environment.nonEmpty("AWS_SESSION_TOKEN") == nil
      isRoleChain = isRoleChain || !isPermanent
      steps.append("credential_source \(source)")
      return
    }
    guard let source = profile.text("source_profile") else { return }
    let behind = context.profiles.merged[source] ?? Profile()
    // A profile with keys asks for the role with these, and a circle ends there.
    let hasKeys = behind.text("aws_access_key_id") != nil
    if behind.text("role_arn") != nil, !hasKeys, steps.count < 20 {
      isRoleChain = true
      guard behind.text("web_identity_token_file") == nil else {
        steps.append("profile \(source), web identity of role \(behind.text("role_arn") ?? "")")
        return
      }
      return follow(source, context)
    }
    let temporary = ["aws_session_token", "sso_session", "sso_start_url", "login_session"]
    isRoleChain = isRoleChain || temporary.contains { behind.text($0) != nil }
    steps.append("source_profile: \(Self.plain(source, context))")
  }
}
