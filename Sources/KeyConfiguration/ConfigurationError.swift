import KeyModel

/// One thing that is wrong with the configuration.
package struct ConfigurationError: Error, Hashable, Sendable {
  /// Where it stands; nil where it stands nowhere (a file that is not there).
  package var position: SourcePosition?
  /// What cannot be read: a setting (`keys.default.lifetime`) or a file.
  package var object: String
  /// What is wrong with it.
  package var problem: String
  /// What would be right, or empty.
  package var allowed: String
  /// What to do about it, or empty.
  package var hint: String

  /// An error by its parts.
  package init(
    _ object: String, at position: SourcePosition?, _ problem: String, allowed: String = "", hint: String = ""
  ) {
    self.object = object
    self.position = position
    self.problem = problem
    self.allowed = allowed
    self.hint = hint
  }

  /// `path:line:column: cannot read SETTING: what is wrong; allowed: … (hint)`, without what there is not.
  package var text: String {
    let place = position.map { "\($0.text): " } ?? ""
    let right = allowed.isEmpty ? "" : "; allowed: \(allowed)"
    return "\(place)cannot read \(object): \(problem)\(right)\(hint.isEmpty ? "" : " (\(hint))")"
  }
}

/// All that is wrong with the configuration, in the order of the files.
package struct ConfigurationErrors: Error, Hashable, Sendable {
  /// At least one error.
  package var errors: [ConfigurationError]

  /// Sorts the errors by where they stand, those of no place first.
  init(_ errors: [ConfigurationError]) {
    self.errors = errors.sorted { left, right in
      guard let leftPosition = left.position, let rightPosition = right.position else {
        return left.position == nil && right.position != nil
      }
      return leftPosition == rightPosition ? left.text < right.text : leftPosition < rightPosition
    }
  }

  /// One line for each error.
  package var lines: [String] { errors.map(\.text) }
}
