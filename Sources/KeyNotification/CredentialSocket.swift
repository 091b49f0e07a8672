import CLinux
import Glibc
import KeyModel
import LinuxHost

/// `<runtime>/keys.sock`: serves keys to the service manager for LoadCredential=. A key that is not live yet is waited
/// for; what is refused gets more bytes than a credential may have, for an empty answer would start the consumer with
/// an empty credential.
package final class CredentialSocket {
  /// Its name in the runtime folder.
  package static let name = "keys.sock"
  /// How long a connection is kept.
  private static let patience: Duration = .seconds(60)
  /// How long a refused peer may take to read.
  private static let readingTime: Duration = .seconds(5)
  /// How many connections of other users than root are kept.
  private static let most = 256
  /// systemd takes at most 1 MiB for a credential (systemd.exec(5)).
  private static let refusal = [UInt8](repeating: 0, count: 1_048_577)

  private final class Connection {
    enum Answer {
      case waitsForKey(Int)
      case refusing(sent: Int)
    }

    let socket: Descriptor
    let user: UInt32
    let deadline: Duration
    var answer: Answer

    init(_ socket: consuming Descriptor, user: UInt32, deadline: Duration, answer: Answer) {
      self.socket = socket
      self.user = user
      self.deadline = deadline
      self.answer = answer
    }

    /// Whether it only takes its refusal.
    var isRefused: Bool { if case .refusing = answer { true } else { false } }

    /// When it is given up: a refused peer has some seconds more to read why it fails.
    var end: Duration { isRefused ? deadline + CredentialSocket.readingTime : deadline }
  }

  private let listener: Descriptor
  private var connections: [Connection] = []

  /// Serves a socket that listens and does not block.
  package init(listener: consuming Descriptor) { self.listener = listener }

  /// The descriptors to wait on for reading.
  package var readers: [Int32] { [listener.number] }

  /// The descriptors to wait on for writing: those that are being refused.
  package var writers: [Int32] {
    connections.filter(\.isRefused).map { $0.socket.number }
  }

  /// Whether somebody connected, or is being answered.
  package func hasWork(_ ready: Set<Int32>) -> Bool { ready.contains(listener.number) || !connections.isEmpty }

  /// Time since boot at which a connection is given up.
  package var due: Duration? { connections.map(\.end).min() }

  /// Accepts, answers and gives up. `write` writes the key of an index to a socket if it lives, and says whether it did.
  package func advance(
    rules: [CredentialRule], at boot: Duration, write: (Int, borrowing Descriptor) -> Bool
  ) {
    accept(rules, boot)
    connections.removeAll { connection in
      let isOver = connection.end <= boot
      if isOver && !connection.isRefused { connection.answer = .refusing(sent: 0) }
      return serve(connection, write) || (isOver && connection.end <= boot)
    }
  }

  /// Lets go of waiting connections whose key is configured no longer: indices mean other keys now.
  package func forgetKeys() {
    for connection in connections { connection.answer = .refusing(sent: 0) }
  }

  private func accept(_ rules: [CredentialRule], _ boot: Duration) {
    while let socket = LocalSocket.accept(listener) {
      guard let user = try? LocalSocket.peer(socket).user,
        let peer = CredentialPeer(address: LocalSocket.peerAddress(socket), user: user)
      else { continue }
      guard makeRoom(for: user) else { continue }
      let chosen = CredentialRule.choose(for: peer, among: rules)
      connections.append(
        Connection(
          socket, user: user, deadline: boot + Self.patience,
          answer: chosen.map { .waitsForKey($0) } ?? .refusing(sent: 0)))
    }
  }

  /// Root's service manager is always served; other users share a limit, and lose connections that are being refused
  /// before anybody who waits.
  private func makeRoom(for user: UInt32) -> Bool {
    guard user != 0, connections.count(where: { $0.user != 0 }) >= Self.most else { return true }
    guard let refused = connections.firstIndex(where: { $0.user != 0 && $0.isRefused }) else { return false }
    connections.remove(at: refused)
    return true
  }

  /// Goes on with an answer; true when it is whole or the peer is gone.
  private func serve(_ connection: Connection, _ write: (Int, borrowing Descriptor) -> Bool) -> Bool {
    switch connection.answer {
    case .waitsForKey(let key): return write(key, connection.socket)
    case .refusing(let sent):
      let count = Self.refusal.withUnsafeBytes {
        send(
          connection.socket.number, $0.baseAddress?.advanced(by: sent), $0.count - sent,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      guard count >= 0 else { return errno != EAGAIN && errno != EINTR }
      connection.answer = .refusing(sent: sent + count)
      return sent + count == Self.refusal.count
    }
  }
}
