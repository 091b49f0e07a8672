import Testing

@testable import Issuing

/// What an answer tells of a key: every row of the rule, and what must not be taken for one of them.
@Suite struct KeyStandingTests {
  static let denied = "User: arn:aws:sts::111122223333:assumed-role/app/i-0 is not authorized to perform: "

  @Test(arguments: [
    (200, "", ""),
    (
      403, "AccessDeniedException",
      denied + "bedrock:ListFoundationModels on resource: * because no identity-based policy allows the action"
    ),
    (
      403, "AccessDeniedException",
      denied + "bedrock:ListFoundationModels on resource: * with an explicit deny in a service control policy"
    ),
  ])
  func accepted(status: Int, code: String, message: String) {
    #expect(KeyStanding(status: status, code: code, message: message) == .accepted)
  }

  @Test(arguments: [
    (
      403, "AccessDeniedException",
      denied + "bedrock:CallWithBearerToken on resource: * because no identity-based policy allows the"
        + " bedrock:CallWithBearerToken action", "the role or user must allow bedrock:CallWithBearerToken"
    ),
    (
      401, "AccessDeniedException",
      denied + "bedrock:CallWithBearerToken on resource: * because no permissions boundary allows the action",
      "the permissions boundary must allow"
    ),
    (
      403, "AccessDeniedException",
      denied
        + "bedrock-mantle:CallWithBearerToken on resource: * with an explicit deny in a service control policy: arn",
      "an explicit deny of bedrock:CallWithBearerToken in a service control policy"
    ),
    (
      403, "AccessDeniedException",
      denied + "bedrock:CallWithBearerToken on resource: * with an explicit deny in an identity-based policy",
      "in an identity-based policy"
    ),
    (403, "AccessDeniedException", denied + "bedrock:CallWithBearerToken", "the role or user must allow"),
    (403, "AccessDeniedException", "Invalid API Key format: Must start with pre-defined prefix", "no key of Bedrock"),
    (403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.", "one region"),
    (403, "AccessDeniedException", "Bearer Token has expired", "clock"),
    (
      403, "InvalidSignatureException", "Signature expired: 20250130T203827Z is now earlier than 20250130T204131Z",
      "clock"
    ),
    (403, "InvalidSignatureException", "Signature not yet current: 20250130T203827Z is still later than", "clock"),
    (403, "InvalidSignatureException", "The request signature we calculated does not match", "one region"),
    (403, "UnrecognizedClientException", "The security token included in the request is invalid.", "one region"),
    (403, "ExpiredTokenException", "The security token included in the request is expired", "no longer than"),
    (400, "IncompleteSignature", "", "one region"),
  ])
  func refused(status: Int, code: String, message: String, meaning: String) throws {
    guard case .refused(let hint) = KeyStanding(status: status, code: code, message: message) else {
      Issue.record("\(message) is no refusal")
      return
    }
    #expect(hint.contains(meaning))
  }

  @Test(arguments: [
    (0, "", ""), (302, "", ""), (403, "", ""), (403, "", "<html>hotel network</html>"),
    (404, "UnknownOperationException", ""),
    (429, "ThrottlingException", "Too many requests"), (500, "InternalServerException", ""), (503, "", ""),
    (400, "ValidationException", "1 validation error detected"),
    (403, "AccessDeniedException", "Your account is not authorized to invoke this API operation."),
    (403, "ForbiddenException", "not authorized to perform: something by a proxy"),
    (502, "AccessDeniedException", "Bearer Token has expired"),
  ])
  func unknown(status: Int, code: String, message: String) {
    #expect(KeyStanding(status: status, code: code, message: message) == .unknown)
  }
}
