import KeyModel

/// What becomes of a program when the key changes that it was started with.
package struct SupervisionPolicy: Hashable, Sendable {
  /// What is done at a new key.
  package enum Renewal: Hashable, Sendable {
    /// The program is ended and started again.
    case restart
    /// The program gets a signal, by its number (signal(7)), and reads the key anew itself.
    case signal(Int32)
    /// Nothing: the program finds out itself.
    case ignore
  }

  /// Between two starts there is at least this time: a key that changes all the time is no reason for an outage.
  package static let restartInterval: Duration = .seconds(5)

  /// What is done at a new key.
  package var onRenewal: Renewal
  /// How long a program may take to end before a restart, until it is killed.
  package var grace: Duration

  /// A policy by its parts.
  package init(onRenewal: Renewal, grace: Duration) {
    self.onRenewal = onRenewal
    self.grace = grace
  }

  /// The word that the command line has for the policy of a renewal: `restart`, `ignore`, or `signal:` and a signal's
  /// name (with or without SIG) or number; nil for anything else, and for the two signals that no program can receive.
  package static func renewal(_ word: String) -> Renewal? {
    switch word {
    case "restart": return .restart
    case "ignore": return .ignore
    default:
      guard word.hasPrefix("signal:") else { return nil }
      return signalNumber(String(word.dropFirst("signal:".count))).map { .signal($0) }
    }
  }

  private static func signalNumber(_ text: String) -> Int32? {
    if let number = Int32(text) { return (1...64).contains(number) && number != 9 && number != 19 ? number : nil }
    let name = text.uppercased()
    return signalNumbers[name.hasPrefix("SIG") ? String(name.dropFirst(3)) : name]
  }

  /// The numbers of x86 and ARM (signal(7)).
  private static let signalNumbers: [String: Int32] = [
    "HUP": 1, "INT": 2, "QUIT": 3, "USR1": 10, "USR2": 12, "ALRM": 14, "TERM": 15, "CONT": 18, "TSTP": 20, "URG": 23,
    "WINCH": 28, "IO": 29, "PWR": 30,
  ]
}
