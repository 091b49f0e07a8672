import LinuxHost

/// How names of users and groups become numbers, so that tests need not know the machine's.
package struct NameResolver: Sendable {
  /// A user's id; nil where there is no such user.
  package var user: @Sendable (String) throws(SystemError) -> UInt32?
  /// A group's id; nil where there is no such group.
  package var group: @Sendable (String) throws(SystemError) -> UInt32?

  /// A resolver by its two functions.
  package init(
    user: @escaping @Sendable (String) throws(SystemError) -> UInt32?,
    group: @escaping @Sendable (String) throws(SystemError) -> UInt32?
  ) {
    self.user = user
    self.group = group
  }

  /// The machine's users and groups, through NSS (nsswitch.conf(5)).
  package static let system = NameResolver(
    user: { (name) throws(SystemError) in try userID(named: name) },
    group: { (name) throws(SystemError) in try groupID(named: name) })
}

/// Resolves each name once, however many outputs have it.
struct ResolvedNames {
  /// What became of a name.
  enum Resolution {
    /// It has this number.
    case number(UInt32)
    /// It has none, for this reason.
    case unknown(String)
  }

  private let resolver: NameResolver
  private var users: [String: Resolution] = [:]
  private var groups: [String: Resolution] = [:]

  init(_ resolver: NameResolver) { self.resolver = resolver }

  /// The number of a user.
  mutating func user(_ name: String) -> Resolution {
    if let known = users[name] { return known }
    let found = Self.resolve(name, "user", resolver.user)
    users[name] = found
    return found
  }

  /// The number of a group.
  mutating func group(_ name: String) -> Resolution {
    if let known = groups[name] { return known }
    let found = Self.resolve(name, "group", resolver.group)
    groups[name] = found
    return found
  }

  private static func resolve(
    _ name: String, _ kind: String, _ look: (String) throws(SystemError) -> UInt32?
  ) -> Resolution {
    do throws(SystemError) {
      if let number = try look(name) { return .number(number) }
    } catch {
      return .unknown("cannot resolve the \(kind) '\(name)': \(error.reason)")
    }
    // A name that is a number names itself, as for chown(1); the highest one means "no change" to chown(2).
    if let number = UInt32(name), number != .max { return .number(number) }
    return .unknown("cannot resolve the \(kind) '\(name)': there is no such \(kind)")
  }
}
