/// The name of a configured key: the name of its folder, its instance name in systemd units, its word in commands.
package struct KeyName: Hashable, Comparable, Sendable {
  /// The name as configured.
  package let text: String

  /// What a name may be, for messages.
  package static let rule = "1 to 64 letters, digits, _ and -, a letter or digit first, and not \"lock\""

  /// Nil where the text breaks the rule. No dot and not `lock`: the folder stands beside `status.json`, the sockets
  /// and the lock in the runtime folder.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard (1...64).contains(bytes.count), let first = bytes.first, isLetterOrDigit(first),
      bytes.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }),
      text != "lock"
    else { return nil }
    self.text = String(text)
  }

  /// By the name's bytes.
  package static func < (left: KeyName, right: KeyName) -> Bool { left.text < right.text }
}
