/// The AWS services that are called, by the id of botocore.
package enum AWSService: String, Sendable, CaseIterable {
  case sts
  case sso
  case ssoOIDC = "sso-oidc"
  case iam
  case signin
  case rolesAnywhere = "rolesanywhere"
  case bedrock
  case bedrockRuntime = "bedrock-runtime"
  /// Not among the endpoints of botocore; its documented form is bedrock-mantle.REGION.api.aws.
  case bedrockMantle = "bedrock-mantle"

  /// The service of the credential scope (`signingName` of the service models).
  package var signingName: String {
    switch self {
    case .sso: "awsssoportal"
    case .ssoOIDC: "sso-oauth"
    case .bedrockRuntime: "bedrock"
    default: rawValue
    }
  }

  /// The service's name in a `services` section, and after AWS_ENDPOINT_URL_ in upper case.
  package var settingName: String {
    String(rawValue.map { $0 == "-" ? "_" : $0 })
  }
}
