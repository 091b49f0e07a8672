import AWSClient
import AWSCredentials
import KeyModel

/// Why a request to IAM did not work, for callers that decide by the case.
package struct IAMError: Error, Hashable, Sendable {
  /// What IAM said, or that it said nothing (IAM API, the errors of each action).
  package enum Kind: Hashable, Sendable {
    /// Two credentials are there already, or another quota is used up.
    case limitExceeded
    /// No such user, credential or policy.
    case noSuchEntity
    /// IAM has no such credentials for Bedrock here.
    case notSupportedService
    /// The user is there already.
    case alreadyExists
    /// The caller may not.
    case denied
    /// Not so fast.
    case throttled
    /// No answer, or none that can be understood, or trouble on the other side.
    case unreachable
    /// Anything else: the request cannot be what it is, or the settings are wrong.
    case refused
  }

  /// What happened.
  package var kind: Kind
  /// Whether the request may have taken effect all the same: it was sent, and no refusal came back. A refusal changed
  /// nothing.
  package var mayHaveBeenApplied: Bool
  /// What to report.
  package var failure: Failure

  /// An error by its parts.
  package init(_ kind: Kind, mayHaveBeenApplied: Bool = false, _ failure: Failure) {
    self.kind = kind
    self.mayHaveBeenApplied = mayHaveBeenApplied
    self.failure = failure
  }

  /// The error of a call; `purpose` is what it was for, as in `create a key for user app`.
  init(_ error: CallError, _ action: IAMAction, purpose: String, at url: String) {
    kind = Self.kind(error)
    mayHaveBeenApplied = error.mayHaveBeenApplied
    let words = redactedLine(error.words.utf8)
    var hint = remedy(kind, action, code: error.code, message: error.words)
    if hint.isEmpty { hint = error.hint }
    if mayHaveBeenApplied, !action.unclearRemedy.isEmpty { hint = action.unclearRemedy }
    failure = Failure(error.reason, "cannot \(purpose) at \(url): \(words)\(error.requestID)", hint: hint)
  }

  private static func kind(_ error: CallError) -> Kind {
    switch error.code {
    case "LimitExceeded": return .limitExceeded
    case "NoSuchEntity": return .noSuchEntity
    case "NotSupportedService": return .notSupportedService
    case "EntityAlreadyExists": return .alreadyExists
    default: break
    }
    switch error.reason {
    case .denied: return .denied
    case .throttled: return .throttled
    case .unreachable, .timeout: return .unreachable
    case .needsLogin, .misconfigured, .internal: return .refused
    }
  }
}
