/// What the answer to a call with a key tells of the key. The messages are those of the service, as people who met them
/// quote them (https://github.com/ai4s-research/open-science/issues/53,
/// https://github.com/zeroclaw-labs/zeroclaw/issues/5289); the codes are those of
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html.
enum KeyStanding: Hashable {
  /// The service took it.
  case accepted
  /// The service refused it; the hint says what that means.
  case refused(hint: String)
  /// The answer is about something else.
  case unknown

  /// Judges an answer by its status, error code and message; code and message are empty where there is none.
  init(status: Int, code: String, message: String) {
    if status == 200 {
      self = .accepted
    } else if ![400, 401, 403].contains(status) {
      // An overloaded service or a proxy says nothing of the key, whatever it writes.
      self = .unknown
    } else if let hint = Self.hint(code, message) {
      self = .refused(hint: hint)
    } else if code == "AccessDeniedException", message.contains("not authorized to perform: ") {
      // Whoever was told that another action is denied was known by the key.
      self = .accepted
    } else {
      self = .unknown
    }
  }

  /// What a refusal of the key means; nil where the answer is none.
  private static func hint(_ code: String, _ message: String) -> String? {
    if message.contains(":CallWithBearerToken") { return policyHint(message) }
    if let line = messages.first(where: { message.contains($0.start) }) { return line.hint }
    return codes.contains(code) ? otherHint : nil
  }

  /// IAM's texts (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
  private static func policyHint(_ message: String) -> String {
    let kinds = [
      "service control policy", "resource control policy", "permissions boundary", "session policy",
      "VPC endpoint policy", "identity-based policy",
    ]
    let kind = kinds.first { message.contains($0) } ?? "policy"
    guard message.contains("explicit deny") else {
      let whose = kind == "identity-based policy" || kind == "policy" ? "the role or user" : "the \(kind)"
      return "\(whose) must allow bedrock:CallWithBearerToken, which every use of a key needs"
    }
    return "an explicit deny of bedrock:CallWithBearerToken in \(kind == "identity-based policy" ? "an" : "a") \(kind)"
      + " switches keys off: who manages it must lift it"
  }

  private static let clockHint = "check the clock of this machine, and until when the credentials live"
  private static let otherHint =
    "a key works in one region alone and no longer than the credentials that signed it; a clock that is wrong has this"
    + " effect, too"

  private static let messages: [(start: String, hint: String)] = [
    ("Invalid API Key format", "what was sent is no key of Bedrock"),
    ("Authentication failed: Please make sure your API Key is valid", otherHint),
    ("Bearer Token has expired", clockHint),
    ("Signature expired", clockHint),
    ("Signature not yet current", clockHint),
  ]

  private static let codes: Set<String> = [
    "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "IncompleteSignatureException",
    "InvalidClientTokenId", "InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed",
    "SignatureDoesNotMatch", "UnrecognizedClientException",
  ]
}
