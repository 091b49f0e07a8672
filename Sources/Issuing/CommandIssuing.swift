import AWSCredentials
import KeyModel
import LinuxHost

/// Why a command has no key or no credentials.
package enum IssuingError: Error, Hashable, Sendable {
  /// An option cannot be what it is.
  case usage(Failure)
  /// Nothing is configured, or no region is, or it cannot be one.
  case configuration(Failure)
  /// Something that is configured does not work.
  case failed(Failure)

  /// What to report.
  package var failure: Failure {
    switch self {
    case .usage(let failure), .configuration(let failure), .failed(let failure): failure
    }
  }

  /// The command's exit code: 64 and 78 are those of sysexits.h.
  package var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .configuration: 78
    case .failed: 1
    }
  }

  init(_ error: CredentialError) {
    switch error {
    case .nothingConfigured(let failure): self = .configuration(failure)
    case .broken(let failure): self = .failed(failure)
    }
  }
}

/// Resolves credentials for a command: those of the profile, else what the environment and the files say. It gives up
/// after 30 seconds.
package func resolveCredentials(
  environment: Environment, profile: String? = nil
) throws(IssuingError) -> Credentials {
  let context = try commandContext(environment, profile)
  do { return try CredentialChain.resolve(context) } catch { throw IssuingError(error) }
}

/// Issues one short-term key for a command, now. An empty region is refused, no region is looked for where AWS's tools
/// look for one; the lifetime is 1 second to 12 hours.
package func mintKey(
  environment: Environment, region: String? = nil, profile: String? = nil, lifetime: Duration = .seconds(43_200)
) throws(IssuingError) -> IssuedKey {
  guard ShortTermIssuer.lifetimes.contains(lifetime) else {
    throw .usage(Failure(.misconfigured, "cannot issue a key for \(lifetime.setting): AWS allows 1s to 12h"))
  }
  let asked = try region.map(askedRegion)
  let context = try commandContext(environment, profile)
  let credentials: Credentials
  do { credentials = try CredentialChain.resolve(context) } catch { throw IssuingError(error) }
  let issuer = ShortTermIssuer(credentials)
  do throws(Failure) {
    var chosen = asked
    if chosen == nil { chosen = try context.region() }
    guard let chosen else { throw missingRegion }
    return try issuer.issue(region: chosen, lifetime: lifetime, at: context.awsTime)
  } catch {
    throw error.reason == .misconfigured ? .configuration(error) : .failed(error)
  }
}

/// IAM for a command, with the credentials of the profile, else what the environment and the files say. The region names
/// the partition; without one it is the configured region's. It gives up after 30 seconds.
package func openIAM(
  environment: Environment, region: String? = nil, profile: String? = nil
) throws(IssuingError) -> IAMClient {
  let chosen = try region.map(askedRegion)
  let context = try commandContext(environment, profile)
  let credentials: Credentials
  do { credentials = try CredentialChain.resolve(context) } catch { throw IssuingError(error) }
  do throws(Failure) { return try IAMClient(context, credentials, region: chosen) } catch {
    throw .configuration(error)
  }
}

/// A region that was asked for.
private func askedRegion(_ name: String) throws(IssuingError) -> Region {
  guard let region = Region(name) else {
    let message = "cannot use region \"\(name)\": it cannot be a region"
    throw .configuration(Failure(.misconfigured, message, hint: "a region looks like us-east-1"))
  }
  return region
}

/// What to say where nothing names a region.
let missingRegion = Failure(
  .misconfigured, "cannot issue a key: no region is configured",
  hint: "give one, or set AWS_REGION or the profile's region")

private func commandContext(
  _ environment: Environment, _ profile: String?
) throws(IssuingError) -> CredentialContext {
  var context = CredentialContext(
    environment: environment, profile: profile, deadline: ClockReading.now().boot + .seconds(30))
  do { try CredentialChain.prepare(&context) } catch { throw IssuingError(error) }
  return context
}
