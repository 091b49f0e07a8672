import Foundation
import Glibc

/// Answers one connection on a loopback port with fixed bytes, and keeps what it was sent.
final class LoopbackServer: @unchecked Sendable {
  /// What it does with a connection.
  enum Behaviour: Sendable {
    /// Sends the bytes and closes.
    case answer(String)
    /// Sends nothing until the client goes away.
    case silence
  }

  let port: UInt16
  private let listener: Int32
  private let lock = NSLock()
  private var bytes: [UInt8] = []

  init(_ behaviour: Behaviour) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 4) == 0 && getsockname(listener, pointer, &length) == 0
      }
    }
    guard bound else { throw CocoaError(.fileReadUnknown) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in serve(behaviour) }
  }

  deinit { close(listener) }

  var url: String { "http://127.0.0.1:\(port)/path" }

  /// What the client sent.
  var received: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }

  private func serve(_ behaviour: Behaviour) {
    let connection = accept(listener, nil, nil)
    guard connection >= 0 else { return }
    defer { close(connection) }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while !lock.withLock({ hasWholeRequest }) {
      let count = read(connection, &chunk, chunk.count)
      if count <= 0 { return }
      lock.withLock { bytes += chunk[0..<count] }
    }
    switch behaviour {
    case .answer(let text):
      let answer = Array(text.utf8)
      var sent = 0
      while sent < answer.count {
        let count = send(connection, Array(answer[sent...]), answer.count - sent, Int32(MSG_NOSIGNAL))
        if count <= 0 { return }
        sent += count
      }
    case .silence: while read(connection, &chunk, chunk.count) > 0 {}
    }
  }

  private var hasWholeRequest: Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return false }
    let length = text.range(of: "Content-Length: ").map { Int(text[$0.upperBound...].prefix { $0.isNumber }) ?? 0 } ?? 0
    return text[end.upperBound...].utf8.count >= length
  }
}
