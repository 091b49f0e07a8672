import AWSClient
import AWSCredentials
import Diagnosis
import KeyModel
import LinuxHost
import ProcessMessages
import SigV4

/// A look at one credential source, as the issuer would use it: resolves the credentials, asks AWS who they are and
/// whether the endpoints answer, and tries a key if that is asked for. It gives up where its time is over.
package struct SourceExamination {
  /// How long all of it may take, trials aside.
  package static let limit: Duration = .seconds(30)
  /// How long the search for credentials may take, so that something is left for the rest.
  static let searchLimit: Duration = .seconds(20)
  /// How long one call may take.
  static let callLimit: Duration = .seconds(5)

  /// Where the credentials come from.
  package var source: SourceSettings
  /// The keys that the source is for.
  package var keys: [KeySettings]
  /// How long the daemon lets an attempt take.
  package var attemptTimeout: Duration
  /// The trial that is asked for, if any.
  package var trial: KeyTrial?

  /// An examination by its parts, without a trial.
  package init(of source: SourceSettings, for keys: [KeySettings], attemptTimeout: Duration) {
    self.source = source
    self.keys = keys
    self.attemptTimeout = attemptTimeout
  }

  /// Where the issuer would look for credentials: the context of its run, and its start environment.
  package func context(_ environment: Environment, stateFolder: String) -> CredentialContext {
    let request = IssueRequest(
      source: source, keys: [], timeout: Self.limit, clockSkew: .zero, stateFolder: stateFolder)
    return issuerContext(request, environment, start: ClockReading.now().boot)
  }

  /// Looks. The context is a fresh one: its profiles are read here.
  package func observe(in context: inout CredentialContext) -> SourceObservation {
    let start = context.now().boot
    let end = context.deadline
    context.deadline = min(end, start + Self.searchLimit)
    var passed: [SourceObservation.Passed] = []
    let result: Result<ResolvedCredentials, CredentialError> = resolve(&context) { passed.append(.init($0, $1)) }
    var seen = SourceObservation(
      keys: keys.map { KeyObservation($0) }, credentials: result.map(\.facts).mapError(\.failure), now: context.awsTime)
    seen.took = context.now().boot - start
    seen.passed = passed
    seen.profile = source.profile
    seen.isRolesAnywhere = source.rolesAnywhere != nil
    seen.isVerifying = keys.contains { $0.verify != .off }
    seen.attemptTimeout = attemptTimeout
    if case .failure(.nothingConfigured) = result { seen.isNothingConfigured = true }
    seen.shadowedProfile = shadowedProfile(result, context)
    context.deadline = end
    findRegions(&seen, context)
    if case .success(let found) = result {
      seen.identity = identity(found.signer, within(Self.callLimit, context))
    }
    seen.endpoints = endpoints(seen, context)
    if case .success(let found) = result, let trial {
      seen.trials = trial.run(seen.keys, signer: found.signer, in: context)
    }
    if context.clock.isLearned { seen.clockSkew = context.clock.skew }
    seen.now = context.awsTime
    return seen
  }

  /// The context with a nearer deadline.
  private func within(_ limit: Duration, _ context: CredentialContext) -> CredentialContext {
    var context = context
    context.deadline = min(context.deadline, context.now().boot + limit)
    return context
  }

  private func shadowedProfile(
    _ result: Result<ResolvedCredentials, CredentialError>, _ context: CredentialContext
  ) -> String? {
    guard case .success(let found) = result, found.facts.source == .environment else { return nil }
    return context.namedProfile
  }

  /// The keys' regions; those that name none have the standard one, which is asked for once.
  private func findRegions(_ seen: inout SourceObservation, _ context: CredentialContext) {
    var standard: Result<RegionObservation, Failure>?
    for index in keys.indices {
      if let region = keys[index].region {
        seen.keys[index].region = .success(RegionObservation(region.name, from: "the configuration"))
      } else {
        let found = standard ?? Self.standardRegion(within(Self.callLimit, context))
        standard = found
        seen.keys[index].region = found
      }
    }
  }

  private static func standardRegion(_ context: CredentialContext) -> Result<RegionObservation, Failure> {
    do throws(Failure) {
      guard let found = try context.regionAndOrigin() else { return .failure(missingRegion) }
      return .success(RegionObservation(found.region.name, from: found.origin))
    } catch {
      return .failure(error)
    }
  }

  /// GetCallerIdentity, which needs no permission
  /// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
  private func identity(
    _ signer: Signer, _ context: CredentialContext
  ) -> Result<SourceObservation.Identity, Failure> {
    do throws(Failure) {
      let caller = try context.caller(of: .sts, region: nil, signed: true)
      let texts: [String: String]
      do {
        texts = try caller.call([("Action", "GetCallerIdentity"), ("Version", "2011-06-15")], signer: signer).texts
      } catch {
        throw error.failure("cannot ask \(caller.endpoint.shown) who the credentials are")
      }
      guard let arn = texts["GetCallerIdentityResult/Arn"], let account = texts["GetCallerIdentityResult/Account"]
      else {
        throw Failure(.unreachable, "cannot use the answer of \(caller.endpoint.shown): it names nobody")
      }
      return .success(.init(arn: redactedLine(arn.utf8), account: redactedLine(account.utf8)))
    } catch {
      return .failure(error)
    }
  }

  /// STS, IAM Roles Anywhere where it is configured, and Bedrock in the regions of the keys.
  private func endpoints(_ seen: SourceObservation, _ context: CredentialContext) -> [EndpointObservation] {
    var wanted: [(AWSService, Region?)] = [(.sts, nil)]
    if let anywhere = source.rolesAnywhere { wanted.append((.rolesAnywhere, anywhere.region)) }
    for key in seen.keys where key.family == .bedrock {
      guard case .success(let found) = key.region, let region = Region(found.name) else { continue }
      for service in [AWSService.bedrock, .bedrockRuntime] where !wanted.contains(where: { $0 == (service, region) }) {
        wanted.append((service, region))
      }
    }
    return wanted.map { observe($0.0, $0.1, within(Self.callLimit, context)) }
  }

  /// Whether anything answers: whatever it says, it was reached.
  private func observe(
    _ service: AWSService, _ region: Region?, _ context: CredentialContext
  ) -> EndpointObservation {
    let start = context.now().boot
    var caller: ServiceCaller
    do throws(Failure) { caller = try context.caller(of: service, region: region, signed: false) } catch {
      return EndpointObservation(service: service.rawValue, url: "?", proxy: nil, answer: .failure(error))
    }
    caller.retries = RetryPolicy(attempts: 1)
    var seen = EndpointObservation(
      service: service.rawValue, url: caller.endpoint.shown, proxy: caller.proxy.map { shownURL($0) },
      answer: .failure(Failure(.timeout, "the time for this source was over")))
    guard context.deadline > start else { return seen }
    do throws(CallError) {
      _ = try caller.send(SignableRequest(method: "GET", headers: []), authorize: nil, expecting: "answer") { _ in true
      }
      seen.answer = .success(context.now().boot - start)
    } catch {
      let why = Failure(error.reason, redactedLine(error.words.utf8), hint: error.hint)
      seen.answer = error.status > 0 ? .success(context.now().boot - start) : .failure(why)
    }
    return seen
  }
}

extension KeyObservation {
  /// What the configuration says of a key; its region is not known yet.
  fileprivate init(_ key: KeySettings) {
    self.init(name: key.name.text, region: .failure(missingRegion))
    family = key.family
    lifetime = key.lifetime
    renewBefore = key.renewBefore
  }
}
