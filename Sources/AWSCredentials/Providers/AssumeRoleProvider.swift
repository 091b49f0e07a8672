import KeyModel

/// A profile with role_arn, and source_profile or credential_source
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html).
struct AssumeRoleProvider: CredentialProvider {
  let name = "assume role"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard Self.isRole(context.profile) else { return .notConfigured("no role_arn") }
    return .credentials(try assume(context, context.profileName, visited: [context.profileName]))
  }

  private static func isRole(_ profile: Profile) -> Bool {
    profile.settings["role_arn"] != nil && profile.settings["web_identity_token_file"] == nil
  }

  private static func hasKeys(_ profile: Profile) -> Bool {
    profile.settings["aws_access_key_id"] != nil || profile.settings["aws_secret_access_key"] != nil
  }

  private func assume(
    _ context: CredentialContext, _ name: String, visited: [String]
  ) throws(Failure) -> Credentials {
    let profile = context.profiles.merged[name] ?? Profile()
    guard profile.settings["mfa_serial"] == nil else {
      throw failure(
        name, "mfa_serial asks for a code, and nobody is there to type one",
        hint: "a server needs a role whose trust policy asks for no MFA")
    }
    let source = try sourceCredentials(context, name, profile, visited)
    let role = AssumedRole(
      arn: profile.text("role_arn") ?? "", sessionName: profile.text("role_session_name"),
      externalID: profile.text("external_id"), duration: profile.text("duration_seconds").flatMap { Int($0) })
    return try role.assume(context, signer: source.makeSigner(), source: .assumeRole)
  }

  private func sourceCredentials(
    _ context: CredentialContext, _ name: String, _ profile: Profile, _ visited: [String]
  ) throws(Failure) -> Credentials {
    switch (profile.text("source_profile"), profile.text("credential_source")) {
    case (nil, nil):
      throw failure(
        name, "role_arn needs source_profile or credential_source",
        hint: "source_profile names a profile that has credentials; credential_source is \(Self.sources)")
    case (.some, .some): throw failure(name, "it has both source_profile and credential_source")
    case (nil, .some(let source)): return try named(source, context, name)
    case (.some(let source), nil): return try chained(source, context, name, visited)
    }
  }

  private func chained(
    _ source: String, _ context: CredentialContext, _ name: String, _ visited: [String]
  ) throws(Failure) -> Credentials {
    guard let profile = context.profiles.merged[source] else { throw context.profiles.missing(source) }
    // A profile may name itself when it has keys: they ask for its own role.
    guard !visited.contains(source) || (source == name && Self.hasKeys(profile)) else {
      throw failure(
        name, "source_profile runs in a circle: \((visited + [source]).joined(separator: " → "))",
        hint: "one of them must have credentials of its own")
    }
    if !Self.hasKeys(profile), Self.isRole(profile) {
      return try assume(context, source, visited: visited + [source])
    }
    var inner = context
    inner.settingsName = context.settingsName
    inner.explicitProfile = source
    // The credentials to replace are the role's, not its source's.
    inner.outlived = nil
    let providers: [any CredentialProvider] = [
      WebIdentityProvider(), SSOProvider(), CredentialsFileProvider(), LoginProvider(),
      ProcessProvider(), ConfigFileProvider(),
    ]
    for provider in providers {
      if case .credentials(let credentials) = try provider.load(inner) { return credentials }
    }
    throw failure(
      name, "its source_profile \(source) has no credentials",
      hint: "give \(source) keys, a role or a credential_process")
  }

  private func named(
    _ source: String, _ context: CredentialContext, _ name: String
  ) throws(Failure) -> Credentials {
    var inner = context
    inner.settingsName = context.settingsName
    let provider: any CredentialProvider
    switch source {
    case "Environment":
      inner.explicitProfile = nil
      provider = EnvironmentProvider()
    case "Ec2InstanceMetadata": provider = InstanceMetadataProvider()
    case "EcsContainer": provider = ContainerProvider()
    default: throw failure(name, "credential_source must be \(Self.sources)")
    }
    switch try provider.load(inner) {
    case .credentials(let credentials): return credentials
    case .notConfigured(let why): throw failure(name, "its credential_source \(source) has no credentials: \(why)")
    }
  }

  private static let sources = "Environment, Ec2InstanceMetadata or EcsContainer"

  private func failure(_ name: String, _ what: String, hint: String = "") -> Failure {
    Failure(.misconfigured, "cannot use profile \(name): \(what)", hint: hint)
  }
}
