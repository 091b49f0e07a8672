/// How the keeper was started.
package struct KeeperOptions: Sendable {
  /// Whether it ends after one attempt for each key.
  package var isOnce: Bool
  /// The arguments of `config compile` that compile the same configuration again.
  package var compileArguments: [String]

  /// Reads the arguments that `bedrock-keyd run` passes: `once` or `serve`, then those of `config compile`; nil for
  /// anything else.
  package init?(arguments: [String]) {
    guard let mode = arguments.first, mode == "once" || mode == "serve" else { return nil }
    isOnce = mode == "once"
    compileArguments = Array(arguments.dropFirst())
  }

  /// The arguments that `init(arguments:)` reads.
  package static func arguments(isOnce: Bool, compileArguments: [String]) -> [String] {
    [isOnce ? "once" : "serve"] + compileArguments
  }
}
