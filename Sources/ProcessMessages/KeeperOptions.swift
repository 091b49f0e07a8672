/// How the keeper is started.
package struct KeeperOptions: Hashable, Sendable {
  /// Whether it ends after one attempt for each key.
  package var isOnce: Bool
  /// Whether the service manager passed the socket for LoadCredential=.
  package var hasCredentialSocket: Bool
  /// The arguments of `config compile` that compile the same configuration again.
  package var compileArguments: [String]

  /// Options by their parts.
  package init(isOnce: Bool, hasCredentialSocket: Bool = false, compileArguments: [String]) {
    self.isOnce = isOnce
    self.hasCredentialSocket = hasCredentialSocket
    self.compileArguments = compileArguments
  }

  /// Reads the arguments that `arguments` gives; nil for anything else.
  package init?(arguments: [String]) {
    guard arguments.count >= 2, ["once", "serve"].contains(arguments[0]),
      ["own-socket", "passed-socket"].contains(arguments[1])
    else { return nil }
    isOnce = arguments[0] == "once"
    hasCredentialSocket = arguments[1] == "passed-socket"
    compileArguments = Array(arguments[2...])
  }

  /// The keeper's arguments: `once` or `serve`, `own-socket` or `passed-socket`, then those of `config compile`.
  package var arguments: [String] {
    [isOnce ? "once" : "serve", hasCredentialSocket ? "passed-socket" : "own-socket"] + compileArguments
  }
}
