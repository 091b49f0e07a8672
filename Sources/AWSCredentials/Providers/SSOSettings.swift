import KeyModel
import SigV4

/// What a profile says of IAM Identity Center: a role of an account, and the session or (older) the start URL that a
/// person logs in to (https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html).
struct SSOSettings: Hashable {
  let account: String
  let role: String
  let startURL: String
  let region: Region
  /// The section `[sso-session NAME]`; nil for the older form, whose tokens cannot be renewed.
  let session: String?

  /// The settings of the profile that counts; nil where it asks for no role of IAM Identity Center.
  init?(_ context: CredentialContext) throws(Failure) {
    let profile = context.profile
    guard profile.settings["sso_account_id"] != nil || profile.settings["sso_role_name"] != nil else { return nil }
    session = profile.text("sso_session")
    let all = try Self.merged(profile, session, context)
    let needed = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"]
    let missing = needed.filter { all.settings[$0] == nil }
    guard missing.isEmpty else {
      throw Self.failure(context, "it needs \(missing.joined(separator: ", ")), too")
    }
    account = all.text("sso_account_id") ?? ""
    role = all.text("sso_role_name") ?? ""
    startURL = all.text("sso_start_url") ?? ""
    guard let region = Region(all.text("sso_region") ?? "") else {
      throw Self.failure(context, "its sso_region cannot be a region")
    }
    self.region = region
  }

  /// The name of the token's file: what AWS's tools call it.
  var cacheName: String { TextDigest.sha1(session ?? startURL) + ".json" }

  /// The profile's settings and those of its session, which must not contradict each other.
  private static func merged(
    _ profile: Profile, _ session: String?, _ context: CredentialContext
  ) throws(Failure) -> Profile {
    guard let session else { return profile }
    guard let section = context.profiles.ssoSessions[session] else {
      throw failure(context, "there is no section [sso-session \(session)]")
    }
    for (name, value) in section.settings.sorted(by: { $0.key < $1.key }) {
      guard profile.settings[name] == nil || profile.settings[name] == value else {
        throw failure(context, "its \(name) is not that of [sso-session \(session)]")
      }
    }
    return Profile(profile.settings.merging(section.settings) { $1 })
  }

  private static func failure(_ context: CredentialContext, _ what: String) -> Failure {
    Failure(.misconfigured, "cannot use profile \(context.profileName): \(what)")
  }
}
