import KeyModel

extension Digests {
  /// The text that is signed: algorithm, date, scope and the canonical request's hash (AWS Signature Version 4, "Create
  /// a string to sign").
  func stringToSign(
    _ algorithm: String, _ request: CanonicalRequest, query: borrowing QueryParameters, at moment: Timestamp,
    scope: CredentialScope
  ) -> String {
    begin()
    request.feed(query: query) { update($0) }
    return "\(algorithm)\n\(moment.amzDate)\n\(scope.text)\n\(hexadecimal(finish()))"
  }
}
