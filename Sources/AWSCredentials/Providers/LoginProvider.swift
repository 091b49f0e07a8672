import KeyModel
import SigV4

/// The credentials of `aws login`, in the cache that the AWS CLI made.
struct LoginProvider: CredentialProvider {
  let name = "login"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let session = context.profile.text("login_session") else { return .notConfigured("no login_session") }
    let token = LoginToken(session: session, context: context)
    let cache = TokenCache(path: "\(context.loginCacheFolder)/\(TextDigest.sha256(session)).json", context: context)
    return .credentials(try token.credentials(try cache.token(token)))
  }
}
