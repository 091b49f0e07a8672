import Glibc

extension CredentialContext {
  /// The files that are configured for credentials and calls, each with what it is, whether it is there or not: those
  /// that whoever resolves the credentials must be able to read. A profile file that is not there is left out.
  package var filesInUse: [(path: String, what: String)] {
    var context = self
    // What cannot be read or parsed is told by those who resolve.
    context.profiles = (try? Profiles(self)) ?? Profiles()
    var files = [
      (configPath, "the AWS config file"), (credentialsPath, "the AWS credentials file"),
    ].filter { (try? readFile($0.0)) != nil || isUnreadable($0.0) }
    let named = [
      (context.setting("AWS_CA_BUNDLE", "ca_bundle"), "the certificates of AWS_CA_BUNDLE"),
      (context.setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"), "the web identity token"),
      (environment.nonEmpty("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"), "the container authorization token"),
      (rolesAnywhere?.certificate, "the certificate for IAM Roles Anywhere"),
      (rolesAnywhere?.privateKey, "the private key for IAM Roles Anywhere"),
      (rolesAnywhere?.intermediates, "the intermediate certificates for IAM Roles Anywhere"),
    ]
    files += named.compactMap { path, what in path.map { ($0, what) } }
    files += context.tokenCaches
    return files.map { (path: $0.0, what: $0.1) }
  }

  /// The folders of the token caches that the profile and those behind it need.
  private var tokenCaches: [(String, String)] {
    let settings = profilesInUse.flatMap { $0.settings.keys }
    let sso = settings.contains { $0 == "sso_session" || $0 == "sso_start_url" }
    return [
      sso ? (ssoCacheFolder, "the cache of SSO tokens") : nil,
      settings.contains("login_session") ? (loginCacheFolder, "the cache of aws login") : nil,
    ].compactMap { $0 }
  }

  /// The profile that counts and those that it names as its source.
  private var profilesInUse: [Profile] {
    var names = [profileName]
    while let source = profiles.merged[names[names.count - 1]]?.text("source_profile"), !names.contains(source) {
      names.append(source)
    }
    return names.compactMap { profiles.merged[$0] }
  }

  /// Whether a file is there that this user may not read.
  private func isUnreadable(_ path: String) -> Bool {
    do { _ = try readFile(path) } catch { return error.code == EACCES || error.code == EPERM }
    return false
  }
}
