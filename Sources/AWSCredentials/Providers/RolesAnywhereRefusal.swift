import AWSClient
import KeyModel
import SigV4

/// What to do when IAM Roles Anywhere refuses a session. The service has one code for most of its reasons, so its words
/// decide; those here are what it is seen to answer.
enum RolesAnywhereRefusal {
  /// A remedy, or empty, by AWS's clock.
  static func hint(_ error: CallError, _ certificate: Certificate, at moment: Timestamp) -> String {
    if error.code == "AccessDeniedException", let begin = certificate.begin, moment < begin {
      return "the certificate is not valid before \(begin.rfc3339): check this machine's clock and the certificate"
    }
    let words = error.words.lowercased()
    // Whatever the service says, what it requires of certificates is known.
    let shortcomings = certificate.shortcomings
    if error.code == "AccessDeniedException", words.contains("certificate"), !shortcomings.isEmpty {
      return "the certificate cannot sign: \(shortcomings.joined(separator: ", "))"
    }
    return remedies.first { words.contains($0.words) }?.remedy ?? ""
  }

  private static let remedies: [(words: String, remedy: String)] = [
    (
      "durationseconds",
      "session_duration is above the role's maximum session duration: lower it, or raise the role's"
    ),
    (
      "session tags", "the certificate's names have characters that session tags do not allow: map fewer in the profile"
    ),
    (
      "unable to assume role",
      "the role's trust policy must allow rolesanywhere.amazonaws.com sts:AssumeRole, sts:TagSession and "
        + "sts:SetSourceIdentity, and its conditions must fit the certificate and the trust anchor"
    ),
    (
      "untrusted",
      "the trust anchor must hold the authority that issued the certificate; what is between them belongs into "
        + "intermediates"
    ),
    ("revoked", "renew the certificate: its authority revoked it"),
    ("signature", "check this machine's clock: AWS takes signatures of five minutes around its own time"),
    ("resourcenotfound", "check trust_anchor_arn and profile_arn"),
    ("validationexception", "check the ARNs and session_duration"),
    (
      "accessdenied",
      "the trust anchor and the profile must be enabled, and the profile must list the role, whose trust policy must "
        + "allow rolesanywhere.amazonaws.com sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity"
    ),
  ]
}
