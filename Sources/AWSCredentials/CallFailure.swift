import AWSClient
import KeyModel

extension CallError {
  /// The failure of what was to be done by this call (`cannot …`), without what could be a secret in AWS's words.
  /// Another reason than the call's and a hint may be known, which goes before the call's own.
  package func failure(
    _ what: String, at endpoint: Endpoint? = nil, reason other: FailureReason? = nil, hint known: String = ""
  ) -> Failure {
    let place = endpoint.map { " at \(shownURL($0.url))" } ?? ""
    return Failure(
      other ?? reason, "\(what)\(place): \(redactedLine(words.utf8))\(requestID)",
      hint: known.isEmpty ? hint : known)
  }
}
