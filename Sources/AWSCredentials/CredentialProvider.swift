import KeyModel

/// What a provider that works had to say.
package enum Resolution: ~Copyable {
  /// It has credentials.
  case credentials(Credentials)
  /// It is not configured, and why it is not: the next provider is asked.
  case notConfigured(String)
}

/// One place that credentials come from.
package protocol CredentialProvider: Sendable {
  /// Its name in messages.
  var name: String { get }

  /// Looks for credentials. Anything that is configured and does not work is thrown, and stops the chain.
  func load(_ context: CredentialContext) throws(Failure) -> Resolution
}
