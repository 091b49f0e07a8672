import KeyModel

/// The reason for a status code that is no success.
func failureReason(ofStatus status: Int) -> FailureReason {
  switch status {
  case 401, 403: .denied
  case 429: .throttled
  case 500...: .unreachable
  default: .misconfigured
  }
}

/// Whether asking again may help after a status code.
func isTransientStatus(_ status: Int) -> Bool { status == 429 || status >= 500 }
