import KeyModel

extension CredentialContext {
  /// The region where none is asked for: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the instance's. Nil where
  /// nothing says one; a name that cannot be a region is a failure that names where it stands.
  package func region() throws(Failure) -> Region? { try regionAndOrigin()?.region }

  /// The same, and what says so: `AWS_REGION`, `the region of profile x`.
  package func regionAndOrigin() throws(Failure) -> (region: Region, origin: String)? {
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
      if let text = environment.nonEmpty(variable) { return (try Self.region(text, from: variable), variable) }
    }
    if let text = profile.text("region"), !text.isEmpty {
      let origin = "the region of profile \(profileName)"
      return (try Self.region(text, from: origin), origin)
    }
    guard case .open(let service) = try InstanceMetadata.open(self) else { return nil }
    let response = try service.get("latest/meta-data/placement/region")
    guard response.status == 200 else { throw service.refusal(response.status, "the region") }
    let text = response.body.withBytes { String(decoding: $0, as: UTF8.self) }
    let origin = "the region of instance metadata"
    return (try Self.region(text, from: origin), origin)
  }

  private static func region(_ text: String, from place: String) throws(Failure) -> Region {
    guard let region = Region(text) else {
      throw Failure(
        .misconfigured, "cannot use \(place): it cannot be a region", hint: "a region looks like us-east-1")
    }
    return region
  }
}
