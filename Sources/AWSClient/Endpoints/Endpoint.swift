import KeyModel

/// What decides between the endpoints of a service.
package struct EndpointChoice: Hashable, Sendable {
  /// The region; `aws-global` where none is configured.
  package var region: String
  /// Whether FIPS endpoints are asked for (AWS_USE_FIPS_ENDPOINT).
  package var fips = false
  /// Whether endpoints with IPv6 are asked for (AWS_USE_DUALSTACK_ENDPOINT).
  package var dualStack = false
  /// Whether STS is the global one in older regions (AWS_STS_REGIONAL_ENDPOINTS=legacy).
  package var legacySTS = false
  /// A URL that somebody configured.
  package var custom: String?

  /// A plain choice in a region.
  package init(region: String) { self.region = region }
}

/// Where a service is, and how requests to it are signed.
package struct Endpoint: Hashable, Sendable {
  /// The URL, without a slash at its end.
  package let url: String
  /// The region of the credential scope.
  package let signingRegion: String

  /// The URL as it is shown, without user name and password.
  package var shown: String { shownURL(url) }

  /// The name of its partition in ARNs.
  package var partition: String { Partition.of(signingRegion).name }

  /// The endpoint of a service. Throws where the partition has none of the kind.
  package init(_ service: AWSService, _ choice: EndpointChoice) throws(Failure) {
    if let custom = choice.custom {
      guard isHTTPURL(custom) else {
        throw Failure(
          .misconfigured, "cannot use the configured endpoint of \(service.rawValue): it is no http or https URL",
          hint: "AWS_ENDPOINT_URL_\(service.settingName.uppercased()), AWS_ENDPOINT_URL or the profile names it")
      }
      guard !choice.fips, !choice.dualStack || service == .iam else {
        throw Failure(
          .misconfigured,
          "cannot use the endpoint \(shownURL(custom)): FIPS and dual stack do not go with a configured endpoint",
          hint: "unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, or the endpoint")
      }
      url = String(custom.reversed().drop { $0 == "/" }.reversed())
      signingRegion = choice.region
      return
    }
    let isGlobal = choice.region == "aws-global"
    let region = isGlobal ? "us-east-1" : choice.region
    let partition = Partition.of(region)
    if service == .bedrockMantle {
      url = "https://bedrock-mantle.\(region).\(partition.dualStackSuffix)"
      signingRegion = region
      return
    }
    if service == .sts, !choice.fips, !choice.dualStack,
      isGlobal || (choice.legacySTS && EndpointRule.legacySTSRegions.contains(region))
    {
      url = "https://sts.amazonaws.com"
      signingRegion = "us-east-1"
      return
    }
    guard let rule = EndpointRule.of(service, choice.variant, region, partition), let host = rule.host else {
      throw Failure(
        .misconfigured, "cannot call \(service.rawValue) in \(region): there is no FIPS or dual-stack endpoint of it")
    }
    let places = ["{region}": region, "{dns}": partition.dnsSuffix, "{dual}": partition.dualStackSuffix]
    url = "https://\(filled(host, places))"
    signingRegion = filled(rule.signingRegion, places)
  }
}

extension EndpointChoice {
  /// The kind of endpoint.
  fileprivate var variant: EndpointVariant {
    switch (fips, dualStack) {
    case (false, false): .plain
    case (true, false): .fips
    case (false, true): .dualStack
    case (true, true): .fipsDualStack
    }
  }
}

/// A text with values in the places of `{names}`.
private func filled(_ text: String, _ places: [String: String]) -> String {
  var result = ""
  var rest = text[...]
  while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
    let name = String(rest[open...close])
    result += rest[..<open] + (places[name] ?? name)
    rest = rest[rest.index(after: close)...]
  }
  return result + rest
}
