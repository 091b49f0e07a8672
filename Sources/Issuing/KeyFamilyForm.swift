import KeyModel
import SigV4

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

extension Signer {
  /// A short-term key: a presigned request for CallWithBearerToken without its scheme, in base64 behind a prefix. It is
  /// put together in wiped memory only.
  func shortTermKey(
    _ family: KeyFamily, region: Region, at moment: Timestamp, lifetime: Duration
  ) -> SecretBytes {
    let form = KeyFamilyForm.of(family)
    let request = PresignRequest(
      method: "POST", host: form.host, service: form.service, parameters: [("Action", "CallWithBearerToken")])
    let query = presign(request, region: region.name, at: moment, lifetime: lifetime)
    // The version is not part of the signature.
    let start = "\(form.host)/?"
    let end = "&X-Amz-Signature=\(query.signature)&Version=1"
    let length = start.utf8.count + query.parameters.count + end.utf8.count
    var key = SecretBytes(capacity: form.prefix.utf8.count + Base64Writer.length(of: length))
    key.append(contentsOf: form.prefix.utf8)
    var writer = Base64Writer(appendingTo: key)
    writer.append(start)
    query.parameters.feed { writer.append($0) }
    writer.append(end)
    return writer.finish()
  }
}
