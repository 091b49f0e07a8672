import Glibc
import LinuxHost

/// A file of a test that is held; what becomes of it is told in order.
final class FakeHold: FileHold {
  private let fake: FakeSurroundings
  private let path: String

  init(_ fake: FakeSurroundings, _ path: String) {
    self.fake = fake
    self.path = path
  }

  func prepare(room: Int) throws(SystemError) {
    fake.steps.append("prepare")
    if let code = fake.unwritable[path] { throw SystemError(code: code) }
  }

  func replace(with bytes: [UInt8]) throws(SystemError) {
    fake.steps.append("replace")
    fake.files[path] = String(decoding: bytes, as: UTF8.self)
  }

  deinit { fake.steps.append("release") }
}
