import CLinux
import Glibc

/// The user at the other end of a Unix socket (unix(7), SO_PEERCRED).
package struct Peer: Hashable, Sendable {
  /// The user id.
  package let user: UInt32
  /// The process id.
  package let process: Int32
}

/// Unix sockets at a path, which may be longer than the 107 bytes of a socket address: the folder is opened and named by
/// its descriptor.
package enum LocalSocket {
  /// What goes over a socket.
  package enum Kind: Sendable {
    /// Whole packets (SOCK_SEQPACKET).
    case packets
    /// Bytes (SOCK_STREAM).
    case stream
  }

  /// Listens at a path, in place of what was left there by a daemon that ended; everybody may connect. Does not block.
  package static func listen(_ kind: Kind, _ folder: String, _ name: String) throws(SystemError) -> Descriptor {
    let directory = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
    let socket = Descriptor(owning: try retrying { clinux_local_socket(kind == .stream ? 1 : 0, 1) })
    unlinkat(directory.number, name, 0)
    try with(directory, name) { Glibc.bind(socket.number, $0, $1) }
    guard fchmodat(directory.number, name, 0o666, 0) == 0, Glibc.listen(socket.number, 128) == 0 else { throw .last }
    return socket
  }

  /// Connects to a path of packets; sending and receiving wait at most the given seconds.
  package static func connect(_ folder: String, _ name: String, timeout: Int) throws(SystemError) -> Descriptor {
    let directory = try Descriptor.open(naming: folder)
    let socket = Descriptor(owning: try retrying { clinux_local_socket(0, 0) })
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(socket.number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    try with(directory, name) { Glibc.connect(socket.number, $0, $1) }
    return socket
  }

  /// The next waiting connection, which does not block, or nil.
  package static func accept(_ listener: borrowing Descriptor) -> Descriptor? {
    let number = clinux_accept(listener.number)
    return number >= 0 ? Descriptor(owning: number) : nil
  }

  /// Who is at the other end.
  package static func peer(_ socket: borrowing Descriptor) throws(SystemError) -> Peer {
    var user: uid_t = 0
    var process: pid_t = 0
    let number = socket.number
    _ = try retrying { clinux_peer(number, &user, &process) }
    return Peer(user: user, process: process)
  }

  /// The address the other end is bound to, without the family; empty where it has none.
  package static func peerAddress(_ socket: borrowing Descriptor) -> [UInt8] {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let number = socket.number
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(number, $0, &length) }
    }
    let family = MemoryLayout<sa_family_t>.size
    guard result == 0, Int(length) > family else { return [] }
    return withUnsafeBytes(of: &address) { Array($0[family..<min(Int(length), $0.count)]) }
  }

  /// Whether the process at the other end is a member of a group (SO_PEERGROUPS and its own group).
  package static func isPeer(_ socket: borrowing Descriptor, memberOf group: UInt32) -> Bool {
    clinux_peer_in_group(socket.number, group) == 1
  }

  private static func with(
    _ directory: borrowing Descriptor, _ name: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(SystemError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array("/proc/self/fd/\(directory.number)/\(name)".utf8)
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw SystemError(code: ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    _ = try retrying {
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
      }
    }
  }
}
