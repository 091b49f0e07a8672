import KeyModel

/// What a short-term key of a family looks like.
struct KeyFamilyForm {
  /// The host that is signed, the same for every region.
  let host: String
  /// The service's signing name.
  let service: String
  /// What stands before the base64.
  let prefix: String

  /// The form of a family. Bedrock's is that of aws-bedrock-token-generator, Claude Platform's that of
  /// token-generator-for-aws-external-anthropic (both AWS's, on PyPI).
  static func of(_ family: KeyFamily) -> KeyFamilyForm {
    switch family {
    case .bedrock:
      KeyFamilyForm(host: "bedrock.amazonaws.com", service: "bedrock", prefix: "bedrock-api-key-")
    case .claudePlatform:
      KeyFamilyForm(
        host: "aws-external-anthropic.amazonaws.com", service: "aws-external-anthropic",
        prefix: "aws-external-anthropic-api-key-")
    }
  }
}
