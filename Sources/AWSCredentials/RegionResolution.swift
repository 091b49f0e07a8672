import KeyModel

extension CredentialContext {
  /// The region where none is asked for: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the instance's. Nil where
  /// nothing says one; a name that cannot be a region is a failure that names where it stands.
  package func region() throws(Failure) -> Region? {
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
      if let text = environment.nonEmpty(variable) { return try Self.region(text, from: variable) }
    }
    if let text = profile.text("region"), !text.isEmpty {
      return try Self.region(text, from: "the region of profile \(profileName)")
    }
    guard case .open(let service) = try InstanceMetadata.open(self) else { return nil }
    let response = try service.get("latest/meta-data/placement/region")
    guard response.status == 200 else { throw service.refusal(response.status, "the region") }
    let text = response.body.withBytes { String(decoding: $0, as: UTF8.self) }
    return try Self.region(text, from: "the region of instance metadata")
  }

  private static func region(_ text: String, from place: String) throws(Failure) -> Region {
    guard let region = Region(text) else {
      throw Failure(
        .misconfigured, "cannot use \(place): it cannot be a region", hint: "a region looks like us-east-1")
    }
    return region
  }
}
