import Glibc
import KeyModel
import LinuxHost

/// A token that AWS's tools keep in a file: one JSON object, which any of them replaces when it renews the token. A
/// refresh token may count once only, so the order is: the lock, the token anew, the new file with room for it, the
/// request, and the answer on disk before anything is done with it.
struct TokenCache {
  /// The file.
  let path: String
  let context: CredentialContext

  /// With less time left no renewal is begun: an answer that comes after the deadline would be lost, and the login with
  /// it.
  private static let leastTime: Duration = .seconds(1)
  /// Room for the new file beyond the size of the old one.
  private static let room = 16_384

  /// The token, renewed where the one in the file will not do.
  func token(_ kind: some RenewableToken) throws(Failure) -> JSONObject {
    let found = try read(kind)
    if kind.isEnough(found) { return found }
    try kind.checkRenewable(found)
    let hold = try take(kind)
    let current = try read(kind)
    if kind.isEnough(current) { return current }
    try kind.checkRenewable(current)
    try prepare(hold, kind, room: current.encoded.count + Self.room)
    let fresh: JSONObject
    do {
      fresh = try kind.renew(current)
    } catch {
      // Tools that know no lock may have used the refresh token in the meantime, and then have a new one.
      guard error.reason == .needsLogin, let theirs = changed(from: current), kind.isEnough(theirs) else { throw error }
      return theirs
    }
    // A login in the meantime is newer than what was renewed: it stays.
    if let theirs = changed(from: current) { return kind.isEnough(theirs) ? theirs : fresh }
    try keep(fresh, hold, kind)
    return fresh
  }

  /// The token in the file. Some tools write it in place: what is no JSON may be half of it, and is read again.
  private func read(_ kind: some RenewableToken) throws(Failure) -> JSONObject {
    for attempt in 1...5 {
      if attempt > 1 { context.pause(.milliseconds(100)) }
      do throws(SystemError) {
        if let token = JSONObject.parse(try context.readFile(path)) { return token }
      } catch {
        if error.code == ENOENT || error.code == ENOTDIR { throw kind.needsLogin("there is no \(path)") }
        let hint = error.code == EACCES ? "the user it runs as must be able to read it" : ""
        throw Failure(.misconfigured, "cannot read \(path) of \(kind.name): \(error.reason)", hint: hint)
      }
    }
    throw kind.needsLogin("\(path) holds no JSON object")
  }

  /// Waits for the file's lock.
  private func take(_ kind: some RenewableToken) throws(Failure) -> any FileHold {
    while context.deadline - context.now().boot >= Self.leastTime {
      do throws(SystemError) {
        if let hold = try context.takeFile(path) { return hold }
      } catch {
        throw Failure(.misconfigured, "cannot lock \(path) of \(kind.name): \(error.reason)")
      }
      context.pause(.milliseconds(50))
    }
    throw Failure(.timeout, "cannot renew \(kind.name): there was no time left after waiting for the lock of \(path)")
  }

  private func prepare(_ hold: any FileHold, _ kind: some RenewableToken, room: Int) throws(Failure) {
    do {
      try hold.prepare(room: room)
    } catch {
      throw Failure(
        .misconfigured, "cannot renew \(kind.name): \(path) could not be written afterwards: \(error.reason)",
        hint: hint(error.code))
    }
  }

  private func keep(_ token: JSONObject, _ hold: any FileHold, _ kind: some RenewableToken) throws(Failure) {
    do {
      try hold.replace(with: token.encoded)
    } catch {
      throw Failure(
        .misconfigured, "cannot write the renewed token of \(kind.name) to \(path): \(error.reason)",
        hint: hint(error.code))
    }
  }

  /// What the file holds now, where that is another token.
  private func changed(from token: JSONObject) -> JSONObject? {
    guard let bytes = try? context.readFile(path), let now = JSONObject.parse(bytes), now != token else { return nil }
    return now
  }

  private func hint(_ code: Int32) -> String {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    return switch code {
    case EROFS:
      "the sandbox of the unit keeps it read-only: log in with HOME=\(context.homeFolder ?? ""), where the daemon may"
        + " write, or add ReadWritePaths=\(folder) in a drop-in"
    case EACCES, EPERM: "the user it runs as must own the file and be able to write to \(folder)"
    case ENOSPC, EDQUOT: "free space on the disk that holds \(folder)"
    default: ""
    }
  }
}
