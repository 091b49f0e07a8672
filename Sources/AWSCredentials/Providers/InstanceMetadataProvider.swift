import KeyModel

/// The role of an EC2 instance, by version 2 of its metadata service; there is no way back to version 1.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
struct InstanceMetadataProvider: CredentialProvider {
  let name = "instance metadata"

  private static let folder = "latest/meta-data/iam/security-credentials/"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    let service: InstanceMetadata
    switch try InstanceMetadata.open(context) {
    case .absent(let why): return .notConfigured(why)
    case .open(let opened): service = opened
    }
    guard let role = try role(service) else {
      return .notConfigured("the instance has no role: attach an instance profile to it")
    }
    // botocore's rule (IMDSFetcher): what is no JSON is asked for again.
    let response = try service.get(Self.folder + role) { answer in
      answer.status == 200 && answer.body.withBytes { (try? CredentialAnswer.parse($0)) == nil }
    }
    guard response.status == 200 else {
      throw service.refusal(response.status, "credentials of role \(role)")
    }
    do throws(AnswerError) {
      return .credentials(
        try response.body.withBytes { (bytes) throws(AnswerError) in try credentials(bytes, context) })
    } catch {
      guard error.isRefusal else {
        throw Failure(.unreachable, "cannot use the answer of \(service.shown) for role \(role): \(error.reason)")
      }
      throw Failure(
        .denied, "cannot get credentials of role \(role) from instance metadata: \(error.reason)",
        hint: "the role must exist and its trust policy must name ec2.amazonaws.com")
    }
  }

  /// The instance's role; nil where it has none.
  private func role(_ service: InstanceMetadata) throws(Failure) -> String? {
    let response = try service.get(Self.folder)
    if response.status == 404 { return nil }
    guard response.status == 200 else { throw service.refusal(response.status, "the instance's role") }
    let name = response.body.withBytes { String(decoding: $0.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self) }
    if name.isEmpty { return nil }
    // The characters of IAM role names (IAM API, CreateRole): it becomes a part of a URL.
    guard name.utf8.count <= 128,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_+=,.@-".contains($0)) })
    else {
      throw Failure(.unreachable, "cannot use the answer of \(service.shown): it names no role")
    }
    return name
  }

  private func credentials(
    _ bytes: UnsafeRawBufferPointer, _ context: CredentialContext
  ) throws(AnswerError) -> Credentials {
    let answer = try CredentialAnswer.parse(bytes)
    if let code = answer.code, code != "Success" {
      let words = [code, answer.message].compactMap { $0 }.joined(separator: ": ")
      throw AnswerError(reason: redactedLine(words.utf8), isRefusal: true)
    }
    guard let token = answer.token, !token.isEmpty else { throw AnswerError(reason: "it has no Token") }
    guard let end = try answer.end(after: context.awsTime) else { throw AnswerError(reason: "it has no Expiration") }
    return Credentials(try answer.texts(token: token), expiration: end, source: .instanceMetadata)
  }
}
