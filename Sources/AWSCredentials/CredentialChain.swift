import KeyModel

/// Why there are no credentials.
package enum CredentialError: Error, Hashable, Sendable {
  /// No provider is configured.
  case nothingConfigured(Failure)
  /// A provider is configured and does not work.
  case broken(Failure)

  /// What to report.
  package var failure: Failure {
    switch self {
    case .nothingConfigured(let failure), .broken(let failure): failure
    }
  }
}

/// The providers in the order they are asked: botocore's.
package enum CredentialChain {
  /// One line for each provider.
  package static let providers: [any CredentialProvider] = [
    EnvironmentProvider(),
    AssumeRoleProvider(),
    WebIdentityProvider(),
    SSOProvider(),
    CredentialsFileProvider(),
    LoginProvider(),
    ProcessProvider(),
    ConfigFileProvider(),
    ContainerProvider(),
    InstanceMetadataProvider(),
  ]

  /// Reads the profile files into the context and checks that a profile that is named exists, as botocore does before
  /// it looks for any credentials.
  package static func prepare(_ context: inout CredentialContext) throws(CredentialError) {
    do throws(Failure) {
      context.profiles = try Profiles(context)
      guard let name = context.namedProfile, context.profiles.merged[name] == nil else { return }
      throw context.profiles.missing(name)
    } catch {
      throw .broken(error)
    }
  }

  /// The first credentials that a provider has; the context is a prepared one. Where `roles_anywhere` is configured, it
  /// alone is asked. `passedBy` gets the name of each provider that was asked in vain, and why it had nothing.
  package static func resolve(
    _ context: CredentialContext, passedBy: (String, String) -> Void = { _, _ in }
  ) throws(CredentialError) -> Credentials {
    var reasons: [String] = []
    let asked = context.rolesAnywhere.map { [RolesAnywhereProvider(settings: $0)] } ?? providers
    for provider in asked {
      switch try ask(provider, context) {
      case .credentials(let credentials): return credentials
      case .notConfigured(let why):
        passedBy(provider.name, why)
        reasons.append("\(provider.name): \(why)")
      }
    }
    throw .nothingConfigured(
      Failure(
        .misconfigured, "cannot find AWS credentials: nothing is configured", hint: reasons.joined(separator: "; ")))
  }

  private static func ask(
    _ provider: any CredentialProvider, _ context: CredentialContext
  ) throws(CredentialError) -> Resolution {
    do { return try provider.load(context) } catch { throw .broken(error) }
  }
}
