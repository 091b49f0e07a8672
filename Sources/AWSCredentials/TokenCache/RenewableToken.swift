import KeyModel

/// One kind of token in a cache: whether it will do, and how it is renewed.
protocol RenewableToken {
  /// What it is, for messages: `the SSO session corp`.
  var name: String { get }
  /// The command by which a person gets a new one.
  var loginCommand: String { get }
  /// Where it is looked for.
  var context: CredentialContext { get }

  /// Whether a token will do as it is.
  func isEnough(_ token: JSONObject) -> Bool
  /// Throws why a token cannot be renewed; asks nobody.
  func checkRenewable(_ token: JSONObject) throws(Failure)
  /// Asks for a new token. What the answer does not bring stays as it was, members of others included.
  func renew(_ token: JSONObject) throws(Failure) -> JSONObject
}

extension RenewableToken {
  /// What to do where only a login helps.
  var loginHint: String {
    "log in again: \(loginCommand)" + (context.profileName == "default" ? "" : " --profile \(context.profileName)")
  }

  /// The time that the times in a cache are compared with: by the clock of this machine, as the tools write them.
  var now: Timestamp { context.now().wall }

  /// The end of what lives so many seconds from now, as a cache has it. A life below 0 or above the longest is a mistake
  /// of the service, and counts as that.
  func end(ofLife seconds: Int64, atMost longest: Int64) -> JSONValue {
    .text((now + .seconds(min(max(seconds, 0), longest))).rfc3339)
  }

  /// A failure that a login mends.
  func needsLogin(_ why: String) -> Failure {
    Failure(.needsLogin, "cannot use \(name): \(why)", hint: loginHint)
  }
}
