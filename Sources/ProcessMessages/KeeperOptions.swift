/// How the keeper is started.
package struct KeeperOptions: Hashable, Sendable {
  /// Whether it ends after one attempt for each key.
  package var isOnce: Bool
  /// The arguments of `config compile` that compile the same configuration again.
  package var compileArguments: [String]

  /// Options by their parts.
  package init(isOnce: Bool, compileArguments: [String]) {
    self.isOnce = isOnce
    self.compileArguments = compileArguments
  }

  /// Reads the arguments that `arguments` gives; nil for anything else.
  package init?(arguments: [String]) {
    guard let mode = arguments.first, mode == "once" || mode == "serve" else { return nil }
    isOnce = mode == "once"
    compileArguments = Array(arguments.dropFirst())
  }

  /// The keeper's arguments: `once` or `serve`, then those of `config compile`.
  package var arguments: [String] { [isOnce ? "once" : "serve"] + compileArguments }
}
