import KeyModel

/// What a signing key is good for: one day, one region, one service (AWS Signature Version 4, "credential scope").
package struct CredentialScope: Hashable, Sendable {
  /// The day in UTC, `20261124`.
  package let date: String
  /// The region's name.
  package let region: String
  /// The service's signing name.
  package let service: String

  /// The scope of a moment in a region and service.
  package init(at moment: Timestamp, region: String, service: String) {
    date = String(moment.amzDate.prefix(8))
    self.region = region
    self.service = service
  }

  /// `20261124/us-east-1/bedrock/aws4_request`.
  package var text: String { "\(date)/\(region)/\(service)/aws4_request" }
}
