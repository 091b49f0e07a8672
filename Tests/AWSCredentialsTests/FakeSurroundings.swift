import AWSClient
import Glibc
import KeyModel
import LinuxHost

@testable import AWSCredentials

/// Files, programs, servers and time of a test; counts what is asked of them.
final class FakeSurroundings {
  /// The time, which only `pause` and `http` move.
  var now = ClockReading(wall: Timestamp(seconds: 1_790_000_000), boot: .seconds(1000))
  /// The files by path.
  var files: [String: String] = [:]
  /// Files that cannot be read, by their errno.
  var unreadable: [String: Int32] = [:]
  /// Files that cannot be replaced, by their errno.
  var unwritable: [String: Int32] = [:]
  /// What happens when a file is asked for, to it and in what order (`take`, `prepare`, `request`, `replace`, `release`).
  var steps: [String] = []
  /// How often a file is held by another process before it is ours, and what that process does at the end.
  var othersHold = 0
  var whenOthersEnd: () -> Void = {}
  /// What happens while a request is on its way.
  var whileAsked: () -> Void = {}
  /// What the next requests are answered; the last answer stays.
  var answers: [Result<(Int, String), HTTPFailure>] = []
  /// The requests that were made.
  var requests: [HTTPRequest] = []
  /// What a program does.
  var result: Result<CommandResult, SystemError> = .failure(SystemError(code: ENOENT))
  /// The programs that were run.
  var commands: [CommandRequest] = []
  /// The pauses that were made.
  var pauses: [Duration] = []

  /// A context that sees only this; the deadline is 20 seconds away.
  func context(_ environment: [String: String] = [:], profile: String? = nil) -> CredentialContext {
    var context = CredentialContext(
      environment: Environment(environment.merging(["HOME": "/home/u"]) { old, _ in old }), profile: profile,
      deadline: now.boot + .seconds(20))
    context.now = { self.now }
    context.readFile = { (path) throws(SystemError) in
      if let code = self.unreadable[path] { throw SystemError(code: code) }
      guard let text = self.files[path] else { throw SystemError(code: ENOENT) }
      return Array(text.utf8)
    }
    context.takeFile = { (path) throws(SystemError) in
      guard self.othersHold == 0 else {
        self.othersHold -= 1
        if self.othersHold == 0 { self.whenOthersEnd() }
        return nil
      }
      self.steps.append("take")
      return FakeHold(self, path)
    }
    context.makeID = { "id-\(self.requests.count)" }
    context.http = { (request) throws(HTTPFailure) in
      self.requests.append(request)
      self.steps.append("request")
      self.whileAsked()
      let answer = self.answers.count > 1 ? self.answers.removeFirst() : self.answers.first
      let (status, body) = try (answer ?? .failure(HTTPFailure(.unreachable, words: "nobody"))).get()
      return HTTPResponse(status: status, body: SecretBytes(copying: body.utf8))
    }
    context.run = { (request) throws(SystemError) in
      self.commands.append(request)
      return try self.result.get()
    }
    context.pause = { span in
      self.pauses.append(span)
      self.now.boot += span
      self.now.wall = self.now.wall + span
    }
    return context
  }

  /// What the whole chain finds, in comparable form.
  func resolve(_ environment: [String: String] = [:], profile: String? = nil) -> Result<Found, CredentialError> {
    do throws(CredentialError) {
      var context = context(environment, profile: profile)
      try CredentialChain.prepare(&context)
      return .success(Found(try CredentialChain.resolve(context)))
    } catch {
      return .failure(error)
    }
  }
}

/// Credentials laid open for a test.
struct Found: Equatable {
  var accessKeyID, secret, token: String
  var expiration: Timestamp?
  var source: CredentialSource
  var account = ""

  init(_ credentials: borrowing Credentials) {
    accessKeyID = credentials.keys.accessKeyID
    secret = credentials.keys.secretAccessKey.withBytes { String(decoding: $0, as: UTF8.self) }
    token = credentials.keys.sessionToken.withBytes { String(decoding: $0, as: UTF8.self) }
    expiration = credentials.expiration
    source = credentials.source
    account = credentials.account
  }

  init(
    _ accessKeyID: String, _ secret: String, _ token: String = "", until: Timestamp? = nil,
    from source: CredentialSource
  ) {
    self.accessKeyID = accessKeyID
    self.secret = secret
    self.token = token
    expiration = until
    self.source = source
  }
}

extension Result where Success == Found, Failure == CredentialError {
  /// The failure of something broken; nil for credentials or nothing configured.
  var broken: KeyModel.Failure? {
    guard case .failure(.broken(let failure)) = self else { return nil }
    return failure
  }

  /// The failure of nothing configured.
  var nothing: KeyModel.Failure? {
    guard case .failure(.nothingConfigured(let failure)) = self else { return nil }
    return failure
  }

  /// The credentials.
  var found: Found? { try? get() }
}
