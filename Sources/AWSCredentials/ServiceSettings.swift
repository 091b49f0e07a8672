import AWSClient
import KeyModel

extension CredentialContext {
  /// A caller of STS by the settings of the environment and of the profile that was asked for.
  func securityTokenService(signed: Bool) throws(Failure) -> ServiceCaller {
    var choice = EndpointChoice(region: try configuredRegion() ?? "aws-global")
    choice.fips = isTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    choice.dualStack = isTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    switch setting("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints") {
    case nil, "regional": break
    case "legacy": choice.legacySTS = true
    default:
      throw Failure(.misconfigured, "cannot use AWS_STS_REGIONAL_ENDPOINTS: it must be regional or legacy")
    }
    if !isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
      choice.custom = try configuredEndpoint(.sts)
    }
    // Without a region the global endpoint of STS is asked, which has one; what somebody configured has none to sign for.
    guard choice.custom == nil || !signed || choice.region != "aws-global" else {
      throw Failure(
        .misconfigured, "cannot sign requests to \(choice.custom ?? ""): no region is configured",
        hint: "set AWS_REGION or the profile's region")
    }
    var caller = ServiceCaller(
      .sts, at: try Endpoint(.sts, choice), retries: RetryPolicy(attempts: try attempts()), http: http, pause: pause)
    caller.certificates = setting("AWS_CA_BUNDLE", "ca_bundle")
    caller.proxy = ProxyRules(environment).proxy(for: caller.endpoint.url)
    caller.timeLeft = { timeout(atMost: .seconds(3600)) }
    caller.awsTime = { awsTime }
    return caller
  }

  /// AWS_REGION, AWS_DEFAULT_REGION or the profile's; not the instance's, as botocore has it.
  private func configuredRegion() throws(Failure) -> String? {
    let text = environment.nonEmpty("AWS_REGION") ?? setting("AWS_DEFAULT_REGION", "region")
    guard let text else { return nil }
    guard let region = Region(text) else {
      throw Failure(.misconfigured, "cannot use the region for STS: it cannot be a region")
    }
    return region.name
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
