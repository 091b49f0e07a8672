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
  /// How many connections are kept.
  private static let most = 256
  /// systemd takes at most 1 MiB for a credential (systemd.exec(5)).
  private static let refusal = [UInt8](repeating: 0, count: 1_048_577)

  private final class Connection {
    enum Answer {
      case waitsForKey(Int)
      case refusing(sent: Int)
    }

    let socket: Descriptor
    let deadline: Duration
    var answer: Answer

    init(_ socket: consuming Descriptor, deadline: Duration, answer: Answer) {
      self.socket = socket
      self.deadline = deadline
      self.answer = answer
    }
  }

  private let listener: Descriptor
  private var connections: [Connection] = []

  /// Serves a socket that listens and does not block.
  package init(listener: consuming Descriptor) { self.listener = listener }

  /// The descriptors to wait on for reading.
  package var readers: [Int32] { [listener.number] }

  /// The descriptors to wait on for writing: those that are being refused.
  package var writers: [Int32] {
    connections.filter { if case .refusing = $0.answer { true } else { false } }.map { $0.socket.number }
  }

  /// Whether somebody connected, or is being answered.
  package func hasWork(_ ready: Set<Int32>) -> Bool { ready.contains(listener.number) || !connections.isEmpty }

  /// Time since boot at which a connection is given up.
  package var due: Duration? { connections.map(\.deadline).min() }

  /// Accepts, answers and gives up. `write` writes the key of an index to a socket if it lives, and says whether it did.
  package func advance(
    rules: [CredentialRule], at boot: Duration, write: (Int, borrowing Descriptor) -> Bool
  ) {
    accept(rules, boot)
    connections.removeAll { connection in
      if connection.deadline <= boot, case .waitsForKey = connection.answer { connection.answer = .refusing(sent: 0) }
      return serve(connection, write) || connection.deadline + .seconds(5) <= boot
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
      if connections.count >= Self.most { connections.removeFirst() }
      let chosen = CredentialRule.choose(for: peer, among: rules)
      connections.append(
        Connection(
          socket, deadline: boot + Self.patience,
          answer: chosen.map { .waitsForKey($0) } ?? .refusing(sent: 0)))
    }
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
