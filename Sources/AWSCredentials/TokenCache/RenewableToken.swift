import KeyModel

/// One kind of token in a cache: whether it will do, and how it is renewed.
protocol RenewableToken {
  /// What it is, for messages: `the SSO session corp`.
  var name: String { get }
  /// What a person does for a new one.
  var loginHint: String { get }

  /// Whether a token will do as it is.
  func isEnough(_ token: JSONObject) -> Bool
  /// Throws why a token cannot be renewed; asks nobody.
  func checkRenewable(_ token: JSONObject) throws(Failure)
  /// Asks for a new token. What the answer does not bring stays as it was, members of others included.
  func renew(_ token: JSONObject) throws(Failure) -> JSONObject
}

extension RenewableToken {
  /// A failure that a login mends.
  func needsLogin(_ why: String) -> Failure {
    Failure(.needsLogin, "cannot use \(name): \(why)", hint: loginHint)
  }
}
