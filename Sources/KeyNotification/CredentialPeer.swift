import KeyModel

/// Who asks for a systemd credential: `LoadCredential=ID:SOCKET` connects from the abstract address
/// `\0RANDOM/unit/UNIT/ID` (systemd.exec(5)).
package struct CredentialPeer: Hashable, Sendable {
  /// The unit that is being started.
  package let unit: String
  /// The credential's ID.
  package let id: String
  /// The user the service manager runs as.
  package let user: UInt32

  /// Reads the peer's address; nil for any other.
  package init?(address: [UInt8], user: UInt32) {
    guard address.first == 0, let text = String(validating: address.dropFirst(), as: UTF8.self) else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "unit", !parts[2].isEmpty, !parts[3].isEmpty else { return nil }
    unit = String(parts[2])
    id = String(parts[3])
    self.user = user
  }
}

/// Which key a peer gets.
package struct CredentialRule: Hashable, Sendable {
  /// The key's name.
  package var name: KeyName
  /// The units that get it whatever the ID.
  package var units: [String]
  /// The users whose service managers may load it; root's always may.
  package var readers: [UInt32]

  /// A rule by its parts.
  package init(name: KeyName, units: [String], readers: [UInt32]) {
    self.name = name
    self.units = units
    self.readers = readers
  }

  /// The index of the key that the ID names, else the one whose `units` list the unit, else the only one; nil where
  /// there is none, or the peer's user may not load it.
  package static func choose(for peer: CredentialPeer, among rules: [CredentialRule]) -> Int? {
    let chosen =
      rules.firstIndex { $0.name.text == peer.id } ?? rules.firstIndex { $0.units.contains(peer.unit) }
      ?? (rules.count == 1 ? 0 : nil)
    guard let chosen, peer.user == 0 || rules[chosen].readers.contains(peer.user) else { return nil }
    return chosen
  }
}
