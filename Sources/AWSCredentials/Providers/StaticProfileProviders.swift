import KeyModel

/// Keys in the credentials file.
struct CredentialsFileProvider: CredentialProvider {
  let name = "credentials file"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    try staticKeys(context, in: context.profiles.credentials, of: context.profiles.credentialsPath)
  }
}

/// Keys in the configuration file.
struct ConfigFileProvider: CredentialProvider {
  let name = "configuration file"

  func load(_ context: CredentialContext) throws(Failure) -> Resolution {
    try staticKeys(context, in: context.profiles.config, of: context.profiles.configPath)
  }
}

/// The keys of the profile that counts, in one of the files.
private func staticKeys(
  _ context: CredentialContext, in profiles: [String: Profile]?, of path: String
) throws(Failure) -> Resolution {
  guard let profiles else { return .notConfigured("\(path) does not exist") }
  guard let profile = profiles[context.profileName] else {
    return .notConfigured("\(path) has no profile \(context.profileName)")
  }
  guard let accessKeyID = profile.text("aws_access_key_id") else {
    return .notConfigured("profile \(context.profileName) in \(path) has no aws_access_key_id")
  }
  guard !accessKeyID.isEmpty, let secretAccessKey = profile.text("aws_secret_access_key"), !secretAccessKey.isEmpty
  else {
    let missing = accessKeyID.isEmpty ? "aws_access_key_id" : "aws_secret_access_key"
    throw Failure(
      .misconfigured, "cannot use profile \(context.profileName) in \(path): it has no value for \(missing)")
  }
  let texts = CredentialTexts(
    accessKeyID: accessKeyID, secretAccessKey: secretAccessKey,
    sessionToken: profile.text("aws_security_token") ?? profile.text("aws_session_token"),
    account: profile.text("aws_account_id"))
  return .credentials(Credentials(texts, source: .profile))
}
