import KeyModel

/// The standard retry mode (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), with the
/// numbers and codes of botocore's retries/standard.py.
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
    "TransactionInProgressException", "PriorRequestNotComplete",
  ]
  /// Codes of trouble that passes; IDPCommunicationError is AssumeRoleWithWebIdentity's.
  static let transientCodes: Set<String> = [
    "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError",
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

  /// The wait after an attempt (counted from 1): a random part of 50 ms (of 1 s after throttling), doubled with each
  /// attempt up to 20 s, and at least what the answer's headers ask for. `chance` is between 0 and 1.
  func delay(afterAttempt attempt: Int, chance: Double, isThrottled: Bool, headers: [String: String]) -> Duration {
    let longest = min(20_000, (isThrottled ? 1000 : 50) << min(attempt - 1, 10))
    let backoff = Duration.milliseconds(Int64(chance * Double(longest)))
    return max(backoff, Self.askedFor(headers, backoff))
  }

  /// Retry-After in seconds (RFC 9110, section 10.2.3), up to an hour, and x-amz-retry-after in milliseconds, of which
  /// 5 s more than the backoff count at most.
  private static func askedFor(_ headers: [String: String], _ backoff: Duration) -> Duration {
    func number(_ name: String) -> Int64 { headers[name].flatMap { Int64($0) }.map { max(0, $0) } ?? 0 }
    let seconds = number("retry-after")
    let milliseconds = min(number("x-amz-retry-after"), 3_600_000)
    return max(seconds <= 3600 ? .seconds(seconds) : .zero, min(.milliseconds(milliseconds), backoff + .seconds(5)))
  }
}
