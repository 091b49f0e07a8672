import Glibc
import KeyModel
import LinuxHost

/// `<folder>/lock`: one daemon per runtime folder, and one per state folder with long-term keys (flock(2)). The kernel lets
/// go of it when the daemon ends.
struct FolderLock: ~Copyable {
  private let file: Descriptor

  private init(file: consuming Descriptor) { self.file = file }

  /// Takes the lock, or says who holds it.
  init(_ folder: String, purpose: String) throws(Failure) {
    let path = "\(folder)/lock"
    do throws(SystemError) {
      let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      let number = file.number
      _ = try retrying { flock(number, LOCK_EX | LOCK_NB) }
      _ = try retrying { ftruncate(number, 0) }
      try file.writeAll(Array("\(getpid())\n".utf8))
      self.init(file: file)
    } catch {
      guard error.code == EWOULDBLOCK else {
        throw Failure(.misconfigured, "cannot lock \(path): \(error.reason)")
      }
      let holder = (try? readFile(path, limit: 64)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw Failure(
        .misconfigured, "cannot \(purpose): bedrock-keyd runs already with pid \(holder.filter(\.isNumber))",
        hint: "one daemon per folder: \(folder)")
    }
  }
}
