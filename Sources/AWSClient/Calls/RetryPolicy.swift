import KeyModel

/// The standard retry mode (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
package struct RetryPolicy: Sendable {
  /// How many attempts there are at most, the first included.
  package var attempts = 3

  /// A policy with a number of attempts.
  package init(attempts: Int = 3) { self.attempts = attempts }

  /// Codes that say "not so fast" (botocore's list).
  static let throttlingCodes: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException",
    "RequestThrottled", "SlowDown", "EC2ThrottledException", "ProvisionedThroughputExceededException",
  ]
  /// Codes of trouble that passes; IDPCommunicationError is AssumeRoleWithWebIdentity's.
  static let transientCodes: Set<String> = [
    "RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete", "IDPCommunicationError",
  ]

  /// Whether a refusal may be followed by another attempt.
  static func mayPass(status: Int, code: String) -> Bool {
    [429, 500, 502, 503, 504].contains(status) || throttlingCodes.contains(code) || transientCodes.contains(code)
  }

  /// Whether a request that was refused so may have been applied all the same: the trouble was on the other side of the
  /// check. What says "not so fast" applied nothing.
  static func mayHaveBeenApplied(status: Int, code: String) -> Bool {
    !throttlingCodes.contains(code) && (status >= 500 || status == 408 || transientCodes.contains(code))
  }

  /// Codes that a wrong clock may be behind (CLOCK_SKEW_ERROR_CODES of aws-sdk-js-v3, the same in aws-sdk-net): a
  /// signature that is too old or not yet valid is often told as a wrong one.
  static let clockCodes: Set<String> = [
    "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
  ]
  /// A smaller change of our time makes no refused signature good: AWS allows 5 minutes, and SDKs correct from 4 on.
  static let clockChange: Duration = .seconds(240)

  /// The wait after an attempt (counted from 1): a random part of 1 s, 2 s, 4 s … 20 s, at least what Retry-After asks
  /// for. `chance` is between 0 and 1.
  func delay(afterAttempt attempt: Int, chance: Double, retryAfter: String?) -> Duration {
    let backoff = Duration.milliseconds(Int64(chance * Double(min(20_000, 1000 << min(attempt - 1, 10)))))
    guard let text = retryAfter, let seconds = Int64(text), (0...3600).contains(seconds) else { return backoff }
    return max(backoff, .seconds(seconds))
  }
}
