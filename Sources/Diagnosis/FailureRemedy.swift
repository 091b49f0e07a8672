import KeyModel

extension Failure {
  /// What to do about it: its own hint, else what its kind suggests.
  var remedy: String {
    guard hint.isEmpty else { return hint }
    switch reason {
    case .denied: return "the policies of the role or user must allow it"
    case .throttled: return "wait; if it stays so, ask for fewer calls or a higher quota"
    case .unreachable: return "check the network, the firewall, and HTTPS_PROXY and NO_PROXY"
    case .timeout: return "find what it waits for: the network, a proxy (HTTPS_PROXY, NO_PROXY), or the program itself"
    case .needsLogin: return "log in again with the AWS CLI, as the daemon's user"
    case .misconfigured: return "correct the setting that is named"
    case .internal: return "report it: this is a fault of bedrock-keyd"
    }
  }
}
