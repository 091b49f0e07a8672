import LinuxHost

extension CredentialContext {
  /// A path as this environment and home folder expand it.
  func expanded(_ path: String) -> String {
    expandedPath(path, environment: environment, homeFolder: homeFolder)
  }

  /// The path of the configuration file.
  var configPath: String { expanded(environment.nonEmpty("AWS_CONFIG_FILE") ?? "~/.aws/config") }

  /// The path of the credentials file.
  var credentialsPath: String { expanded(environment.nonEmpty("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials") }

  /// The folder in which AWS's tools keep the tokens of IAM Identity Center.
  var ssoCacheFolder: String { expanded("~/.aws/sso/cache") }

  /// The folder in which they keep the logins of `aws login`.
  var loginCacheFolder: String { expanded(environment.nonEmpty("AWS_LOGIN_CACHE_DIRECTORY") ?? "~/.aws/login/cache") }
}

/// A path with `~` and `~/` for the home folder, and `$NAME` and `${NAME}` for variables that are set, as botocore
/// expands the paths of its files (os.path.expandvars, then expanduser). `~other` is left as it is.
func expandedPath(_ path: String, environment: Environment, homeFolder: String?) -> String {
  let text = expandedVariables(path, environment)
  guard text == "~" || text.hasPrefix("~/"), let homeFolder else { return text }
  return homeFolder + text.dropFirst()
}

private func expandedVariables(_ text: String, _ environment: Environment) -> String {
  guard text.contains("$") else { return text }
  var result = ""
  var rest = text[...]
  while let dollar = rest.firstIndex(of: "$") {
    result += rest[..<dollar]
    rest = rest[dollar...]
    let after = rest.dropFirst()
    let name: Substring
    let length: Int
    if after.first == "{", let end = after.firstIndex(of: "}") {
      name = after[after.index(after: after.startIndex)..<end]
      length = name.count + 3
    } else {
      name = after.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
      length = name.count + 1
    }
    result += environment[String(name)] ?? String(rest.prefix(length))
    rest = rest.dropFirst(length)
  }
  return result + rest
}
