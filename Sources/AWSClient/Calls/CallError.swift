import KeyModel

/// Why a call to AWS has no answer.
package struct CallError: Error {
  /// What kind of failure it is.
  package let reason: FailureReason
  /// The status of the answer; 0 without one.
  package var status = 0
  /// The error code of AWS, or empty.
  package let code: String
  /// What AWS wrote about it, or empty: a text of others.
  package var message = ""
  /// The code of an OAuth error, or empty.
  package var oauthCode = ""
  /// What happened; may hold what AWS wrote.
  package let words: String
  /// Whether the request may have taken effect all the same: one of its attempts was sent, and no refusal came back.
  package var mayHaveBeenApplied = false
  /// ` (request id …)`, or empty.
  package var requestID = ""
  /// What to do about it, or empty.
  package let hint: String
}

extension CallError {
  /// An error that came before anything was sent.
  package init(unsent words: String, hint: String = "") {
    self.init(reason: .misconfigured, code: "", words: words, hint: hint)
  }

  /// What a service answered when it refused.
  init(refusedBy response: borrowing HTTPResponse) {
    let refusal = ServiceRefusal(response)
    let said = [refusal.code, refusal.message].filter { !$0.isEmpty }.joined(separator: ": ")
    self.init(
      reason: Self.reason(response.status, refusal.code), code: refusal.code,
      words: "it answered \(response.status)\(said.isEmpty ? "" : ": \(said)")", hint: refusal.hint)
    status = response.status
    message = refusal.message
    oauthCode = refusal.oauthCode
    requestID = refusal.requestIDWords
    mayHaveBeenApplied = RetryPolicy.mayHaveBeenApplied(status: response.status, code: refusal.code)
  }

  private static func reason(_ status: Int, _ code: String) -> FailureReason {
    if status == 429 || RetryPolicy.throttlingCodes.contains(code) { return .throttled }
    if status >= 500 || RetryPolicy.transientCodes.contains(code) { return .unreachable }
    let isDenied = [401, 403].contains(status) || ["InvalidIdentityToken", "ExpiredTokenException"].contains(code)
    return isDenied ? .denied : .misconfigured
  }
}
