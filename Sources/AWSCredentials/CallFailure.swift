import AWSClient
import KeyModel

extension CallError {
  /// The failure of what was to be done by this call. Another reason than the call's and a hint may be known, which
  /// goes before the call's own.
  func failure(
    _ what: String, at endpoint: Endpoint, reason other: FailureReason? = nil, hint known: String
  ) -> Failure {
    Failure(
      other ?? reason, "\(what) at \(shownURL(endpoint.url)): \(redactedLine(words.utf8))\(requestID)",
      hint: known.isEmpty ? hint : known)
  }
}
