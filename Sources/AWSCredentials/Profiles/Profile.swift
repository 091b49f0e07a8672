/// A setting of a profile.
package enum ProfileValue: Hashable, Sendable {
  /// A text.
  case text(String)
  /// A block of indented settings (`s3 =` and what follows).
  case nested([String: String])
}

/// The settings of one profile, by their lower-case names.
package struct Profile: Hashable, Sendable {
  /// The settings.
  package var settings: [String: ProfileValue]

  /// A profile by its settings.
  package init(_ settings: [String: ProfileValue] = [:]) { self.settings = settings }

  /// A setting that is a text.
  package func text(_ name: String) -> String? {
    guard case .text(let text) = settings[name] else { return nil }
    return text
  }
}
