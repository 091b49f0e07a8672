/// How credentials are got from IAM Roles Anywhere: a key's `roles_anywhere` table.
package struct RolesAnywhereSettings: Hashable, Sendable {
  /// The path of the certificate.
  package var certificate: String
  /// The path of its private key.
  package var privateKey: String
  /// The path of the certificates between it and the trust anchor.
  package var intermediates: String?
  /// The ARN of the trust anchor.
  package var trustAnchor: String
  /// The ARN of the profile (one of IAM Roles Anywhere, not of the AWS configuration files).
  package var profile: String
  /// The ARN of the role.
  package var role: String
  /// How long a session is asked to live.
  package var sessionDuration: Duration

  /// Settings by their parts, in the order of the properties.
  package init(
    certificate: String, privateKey: String, intermediates: String? = nil, trustAnchor: String, profile: String,
    role: String, sessionDuration: Duration = .seconds(3600)
  ) {
    self.certificate = certificate
    self.privateKey = privateKey
    self.intermediates = intermediates
    self.trustAnchor = trustAnchor
    self.profile = profile
    self.role = role
    self.sessionDuration = sessionDuration
  }

  /// The region of the trust anchor, which is where sessions are made.
  package var region: Region? { Region(Self.field(3, of: trustAnchor)) }

  /// The account of the role.
  package var account: String { Self.field(4, of: role) }

  /// A field of an ARN (`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`), counted from 0; empty where there is none.
  package static func field(_ index: Int, of arn: String) -> String {
    let fields = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    return index < fields.count ? String(fields[index]) : ""
  }
}
