import KeyModel
import SigV4

/// The credentials of `aws login`, in the cache that the AWS CLI made.
struct LoginProvider: CredentialProvider {
  let name = "login"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    guard let session = context.profile.text("login_session") else { return .notConfigured("no login_session") }
    let folder = expandedPath(
      context.environment.nonEmpty("AWS_LOGIN_CACHE_DIRECTORY") ?? "~/.aws/login/cache",
      environment: context.environment, homeFolder: context.homeFolder)
    let token = LoginToken(session: session, context: context)
    let cache = TokenCache(path: "\(folder)/\(TextDigest.sha256(session)).json", context: context)
    return .credentials(try token.credentials(try cache.token(token)))
  }
}
