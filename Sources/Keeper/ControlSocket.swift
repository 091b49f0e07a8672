import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// `<runtime>/control.sock`: everybody may ask whether the daemon runs; root, the daemon's user and the members of the
/// control group may ask for renewals. A peer that connects and stays silent costs a descriptor until newer ones need it.
final class ControlSocket {
  /// Its name in the runtime folder.
  static let name = "control.sock"
  private static let most = 64

  private final class Connection {
    let socket: Descriptor
    init(_ socket: consuming Descriptor) { self.socket = socket }
  }

  private let listener: Descriptor
  private var connections: [Connection] = []

  init(runtimeFolder: String) throws(SystemError) {
    listener = try LocalSocket.listen(.packets, runtimeFolder, Self.name)
  }

  /// The descriptors to wait on.
  var descriptors: [Int32] { [listener.number] + connections.map { $0.socket.number } }

  /// Accepts and answers what is there; `answer` gets each request and whether the peer may ask for renewals.
  func advance(_ ready: Set<Int32>, group: UInt32?, answer: (ControlRequest, Bool) -> ControlReply) {
    if ready.contains(listener.number) { accept() }
    // A new connection usually has its request waiting already.
    connections.removeAll { connection in serve(connection, group, answer) }
  }

  private func accept() {
    while let socket = LocalSocket.accept(listener) {
      if connections.count >= Self.most { connections.removeFirst() }
      connections.append(Connection(socket))
    }
  }

  /// Answers one request; false while there is none yet. One connection, one request.
  private func serve(_ connection: Connection, _ group: UInt32?, _ answer: (ControlRequest, Bool) -> ControlReply)
    -> Bool
  {
    var packet = [UInt8](repeating: 0, count: ControlRequest.longest)
    let count = recv(connection.socket.number, &packet, packet.count, 0)
    if count < 0 { return errno != EAGAIN && errno != EINTR }
    let reply: ControlReply
    if let request = try? ControlRequest(decoding: Array(packet[0..<count])) {
      reply = answer(request, isTrusted(connection.socket, group))
    } else {
      reply = ControlReply(isAccepted: false, text: "cannot read the request: not one of this version")
    }
    let bytes = reply.encoded
    send(connection.socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    return true
  }

  private func isTrusted(_ socket: borrowing Descriptor, _ group: UInt32?) -> Bool {
    guard let peer = try? LocalSocket.peer(socket) else { return false }
    if peer.user == 0 || peer.user == geteuid() { return true }
    return group.map { LocalSocket.isPeer(socket, memberOf: $0) } ?? false
  }
}
