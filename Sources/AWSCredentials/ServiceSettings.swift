import AWSClient
import KeyModel

extension CredentialContext {
  /// A caller of STS.
  func securityTokenService(signed: Bool) throws(Failure) -> ServiceCaller {
    try caller(of: .sts, region: nil, signed: signed)
  }

  /// A caller of a service, by the settings of the environment and of the profile that was asked for. Without a region it
  /// is the configured one, or that of the partition's global endpoint; the HTTP transport's deadline is the context's.
  package func caller(of service: AWSService, region: Region?, signed: Bool) throws(Failure) -> ServiceCaller {
    let choice = try endpointChoice(service, region)
    // Without a region a global endpoint is asked, which has one; what somebody configured has none to sign for.
    guard choice.custom == nil || !signed || choice.region != "aws-global" else {
      throw Failure(
        .misconfigured, "cannot sign requests to \(choice.custom.map(shownURL) ?? ""): no region is configured",
        hint: "set AWS_REGION or the profile's region")
    }
    var caller = ServiceCaller(
      service, at: try Endpoint(service, choice), retries: RetryPolicy(attempts: try attempts()), http: http,
      pause: pause)
    caller.certificates = setting("AWS_CA_BUNDLE", "ca_bundle")
    caller.proxy = ProxyRules(environment).proxy(for: caller.endpoint.url)
    caller.timeLeft = { timeout(atMost: .seconds(3600)) }
    caller.awsTime = { awsTime }
    caller.now = now
    // What answers over plain http is not AWS, or anybody could set our clock.
    if caller.endpoint.url.hasPrefix("https://") { caller.clock = clock }
    return caller
  }

  private func endpointChoice(_ service: AWSService, _ region: Region?) throws(Failure) -> EndpointChoice {
    var name = region?.name
    if name == nil { name = try configuredRegion()?.name }
    var choice = EndpointChoice(region: name ?? "aws-global")
    choice.fips = isTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    choice.dualStack = isTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    switch setting("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints") {
    case nil, "regional": break
    case "legacy": choice.legacySTS = true
    default:
      throw Failure(.misconfigured, "cannot use AWS_STS_REGIONAL_ENDPOINTS: it must be regional or legacy")
    }
    if !isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
      choice.custom = try configuredEndpoint(service)
    }
    return choice
  }

  /// AWS_REGION, AWS_DEFAULT_REGION or the profile's; not the instance's, as botocore has it.
  func configuredRegion() throws(Failure) -> Region? {
    let text = environment.nonEmpty("AWS_REGION") ?? setting("AWS_DEFAULT_REGION", "region")
    guard let text else { return nil }
    guard let region = Region(text) else {
      throw Failure(.misconfigured, "cannot use the configured region: it cannot be a region")
    }
    return region
  }

  /// The endpoint that is configured for a service: AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL, the profile's
  /// `services` section, the profile's endpoint_url.
  private func configuredEndpoint(_ service: AWSService) throws(Failure) -> String? {
    let variable = "AWS_ENDPOINT_URL_\(service.settingName.uppercased())"
    if let url = environment.nonEmpty(variable) ?? environment.nonEmpty("AWS_ENDPOINT_URL") { return url }
    if let name = settingsProfile.text("services") {
      guard let section = profiles.services[name] else {
        throw Failure(.misconfigured, "cannot use profile \(settingsName): there is no section [services \(name)]")
      }
      if case .nested(let settings) = section.settings[service.settingName], let url = settings["endpoint_url"],
        !url.isEmpty
      {
        return url
      }
    }
    return settingsProfile.text("endpoint_url").flatMap { $0.isEmpty ? nil : $0 }
  }

  private func attempts() throws(Failure) -> Int {
    let mode = setting("AWS_RETRY_MODE", "retry_mode") ?? "standard"
    guard ["legacy", "standard", "adaptive"].contains(mode) else {
      throw Failure(.misconfigured, "cannot use AWS_RETRY_MODE: it must be standard, adaptive or legacy")
    }
    guard let text = setting("AWS_MAX_ATTEMPTS", "max_attempts") else { return mode == "legacy" ? 5 : 3 }
    guard let value = Int(text), value > 0 else {
      throw Failure(.misconfigured, "cannot use AWS_MAX_ATTEMPTS: it must be a number above 0")
    }
    return value
  }

  private func isTrue(_ variable: String, _ name: String) -> Bool { setting(variable, name)?.lowercased() == "true" }
}
