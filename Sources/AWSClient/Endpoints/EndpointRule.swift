/// Which kind of endpoint is asked for.
enum EndpointVariant: Sendable {
  case plain
  case fips
  case dualStack
  case fipsDualStack
}

/// A line of the endpoint table.
struct EndpointRule: Sendable {
  let service: AWSService
  let variant: EndpointVariant
  /// The one partition it is for.
  let partition: String?
  /// The one region it is for.
  let region: String?
  /// The host, with `{region}`, `{dns}` and `{dual}` in it; nil where there is no such endpoint.
  let host: String?
  /// The region of the credential scope, `{region}` for the caller's.
  let signingRegion: String

  /// A rule by its parts.
  init(
    _ service: AWSService, _ variant: EndpointVariant, partition: String? = nil, region: String? = nil, host: String?,
    signingRegion: String = "{region}"
  ) {
    self.service = service
    self.variant = variant
    self.partition = partition
    self.region = region
    self.host = host
    self.signingRegion = signingRegion
  }

  /// The rule that counts for a region.
  static func of(_ service: AWSService, _ variant: EndpointVariant, _ region: String, _ partition: Partition)
    -> EndpointRule?
  {
    let rules = all.filter { $0.service == service && $0.variant == variant }
    return rules.first { $0.region == region }
      ?? rules.first { $0.region == nil && $0.partition == partition.name }
      ?? rules.first { $0.region == nil && $0.partition == nil }
  }
}
