/// What a hook can wait for; the raw values stand in the configuration and in BEDROCK_EVENT.
package enum HookEvent: String, Hashable, Sendable, CaseIterable {
  /// The key was renewed and its outputs were written.
  case renewed
  /// The first attempt in a row failed.
  case failing
  /// The key was renewed after failures.
  case recovered
  /// The published key died.
  case expired
}
