import AWSClient
import Glibc
import KeyModel
import Testing

@testable import AWSCredentials

/// What can come between the reading of a token and its renewal.
@Suite struct TokenCacheTests {
  let fake = FakeSurroundings()
  static let fresh = LoginTests.cache(800, id: "ASIAZ", refresh: "theirs")

  init() {
    fake.files["/home/u/.aws/config"] = "[default]\nlogin_session = \(LoginTests.session)\nregion = eu-west-1\n"
    fake.files[LoginTests.path] = LoginTests.cache(0)
    fake.answers = [.success((200, LoginTests.renewed))]
  }

  @Test func whoWaitedForTheLockReadsAgainAndAsksNobody() {
    fake.othersHold = 3
    fake.whenOthersEnd = { [fake] in fake.files[LoginTests.path] = Self.fresh }
    #expect(fake.resolve().found?.accessKeyID == "ASIAZ")
    #expect(fake.steps == ["take", "release"] && fake.pauses == Array(repeating: .milliseconds(50), count: 3))
  }

  @Test func theLockIsWaitedForUntilTheDeadline() {
    fake.othersHold = .max
    let failure = fake.resolve().broken
    #expect(failure?.reason == .timeout && failure?.message.contains("waiting for the lock") == true)
    #expect(fake.pauses.reduce(.zero, +) < .seconds(20) && fake.pauses.reduce(.zero, +) > .seconds(18))
    #expect(fake.requests.isEmpty)
  }

  @Test(arguments: [
    (EROFS, "ReadWritePaths=/home/u/.aws/login/cache"), (EACCES, "must own the file"), (EPERM, "must own the file"),
    (ENOSPC, "free space"), (EIO, ""),
  ])
  func whatCouldNotBeWrittenBackIsNotAskedFor(code: Int32, hint: String) throws {
    fake.unwritable[LoginTests.path] = code
    let failure = try #require(fake.resolve().broken)
    #expect(failure.reason == .misconfigured && (hint.isEmpty ? failure.hint.isEmpty : failure.hint.contains(hint)))
    #expect(failure.message.contains("could not be written afterwards"))
    #expect(fake.steps == ["take", "prepare", "release"])
  }

  @Test func aReadOnlyCacheThatWillDoIsUsed() {
    fake.unwritable[LoginTests.path] = EROFS
    fake.files[LoginTests.path] = Self.fresh
    #expect(fake.resolve().found?.accessKeyID == "ASIAZ")
  }

  /// A tool that knows no lock used the refresh token first: it is refused to us, but the file holds the next one.
  @Test func aRefusalIsForgottenWhereAnotherToolRenewed() {
    fake.answers = [.success((400, #"{"error":"TOKEN_EXPIRED","message":"no"}"#))]
    fake.whileAsked = { [fake] in fake.files[LoginTests.path] = Self.fresh }
    #expect(fake.resolve().found?.accessKeyID == "ASIAZ")
    #expect(fake.files[LoginTests.path] == Self.fresh && fake.requests.count == 1)
  }

  @Test func aLoginInTheMeantimeIsNotOverwritten() {
    fake.whileAsked = { [fake] in fake.files[LoginTests.path] = Self.fresh }
    #expect(fake.resolve().found?.accessKeyID == "ASIAZ")
    #expect(fake.files[LoginTests.path] == Self.fresh && !fake.steps.contains("replace"))
  }

  @Test func aTornFileIsReadAgain() {
    let whole = Self.fresh
    fake.files[LoginTests.path] = String(whole.prefix(40))
    var context = fake.context()
    context.pause = { [fake] span in
      fake.pauses.append(span)
      if fake.pauses.count == 3 { fake.files[LoginTests.path] = whole }
    }
    let token = LoginToken(session: LoginTests.session, context: context)
    #expect(throws: Never.self) { try TokenCache(path: LoginTests.path, context: context).token(token) }
    #expect(fake.pauses == Array(repeating: .milliseconds(100), count: 3))
    fake.files[LoginTests.path] = "{"
    #expect(fake.resolve().broken?.message.contains("holds no JSON object") == true)
  }

  @Test func aFileThatMayNotBeReadIsNamed() {
    fake.unreadable[LoginTests.path] = EACCES
    let failure = fake.resolve().broken
    #expect(failure?.reason == .misconfigured && failure?.message.contains(LoginTests.path) == true)
  }
}
