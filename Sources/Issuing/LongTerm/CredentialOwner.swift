/// Whose service-specific credentials are meant.
package enum CredentialOwner: Hashable, Sendable {
  /// A user's.
  case user(String)
  /// Those of all users of the account.
  case everybody
  /// The user's whose AWS credentials ask.
  case caller

  /// What List takes for it: AllUsers excludes UserName.
  var parameters: [(String, String)] {
    switch self {
    case .user(let name): [("UserName", name)]
    case .everybody: [("AllUsers", "true")]
    case .caller: []
    }
  }

  /// The owner in a message.
  package var words: String {
    switch self {
    case .user(let name): "user \(name)"
    case .everybody: "all users"
    case .caller: "the user whose credentials ask"
    }
  }
}
