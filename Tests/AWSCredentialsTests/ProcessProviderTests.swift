import Glibc
import KeyModel
import LinuxHost
import Testing

@testable import AWSCredentials

@Suite struct ProcessProviderTests {
  let fake = FakeSurroundings()

  init() { fake.files["/home/u/.aws/config"] = "[profile p]\ncredential_process = tool 'an argument' x\n" }

  func exited(_ code: Int32, _ output: String, errors: String = "") -> Result<CommandResult, SystemError> {
    .success(CommandResult(end: .exit(.exited(code)), output: Array(output.utf8), errors: Array(errors.utf8)))
  }

  @Test func credentials() {
    fake.result = exited(
      0,
      """
      {"Version": 1, "AccessKeyId": "ASIAX", "SecretAccessKey": "s", "SessionToken": "t",
       "Expiration": "2026-09-21T15:13:20Z", "AccountId": "111122223333", "Other": [1]}
      """)
    var expected = Found("ASIAX", "s", "t", until: Timestamp(seconds: 1_790_003_600), from: .credentialProcess)
    expected.account = "111122223333"
    #expect(fake.resolve(["X": "y"], profile: "p").found == expected)
    #expect(fake.commands.first?.words == ["tool", "an argument", "x"])
    #expect(fake.commands.first?.environment["X"] == "y")
    #expect(fake.commands.first?.timeout == .seconds(20))
    fake.result = exited(
      0, "{\"Version\": 1, \"AccessKeyId\": \"AKIAX\", \"SecretAccessKey\": \"s\", \"SessionToken\": null}")
    #expect(fake.resolve(profile: "p").found == Found("AKIAX", "s", from: .credentialProcess))
  }

  @Test(arguments: [
    ("", "it is empty"), ("no", "it is not JSON"), ("[]", "it is no JSON object"), ("{}", "it has no Version"),
    ("{\"Version\": 2}", "its Version is 2, not 1"), ("{\"Version\": \"1\"}", "its Version has the wrong type"),
    ("{\"Version\": 1}", "it has no AccessKeyId"),
    ("{\"Version\": 1, \"AccessKeyId\": \"A\"}", "it has no SecretAccessKey"),
    (
      "{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Expiration\": \"x\"}",
      "its Expiration is no RFC 3339 time"
    ),
    (
      "{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", \"Expiration\": \"2026-09-21T14:13:20Z\"}",
      "its credentials expired at 2026-09-21T14:13:20Z"
    ),
  ])
  func uselessOutputIsRefused(output: String, words: String) throws {
    fake.result = exited(0, output)
    let failure = try #require(fake.resolve(profile: "p").broken)
    #expect(failure.message.hasSuffix(": \(words)") && failure.message.contains("profile p"))
  }

  @Test func aFailingProgramIsQuotedWithoutSecrets() throws {
    fake.result = exited(
      3, "{}", errors: "first\nvault is sealed, key wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY \u{1B}[0m\n\n")
    let failure = try #require(fake.resolve(profile: "p").broken)
    #expect(
      failure.message == "cannot use credential_process of profile p: tool exited with code 3: "
        + "vault is sealed, key [redacted] [0m")
  }

  @Test func endsThatAreNotClean() throws {
    for (end, reason, words) in [
      (CommandResult.End.exit(.signaled(9)), FailureReason.misconfigured, "was killed by signal 9"),
      (.timeout, .timeout, "did not end in time"), (.tooMuchOutput, .misconfigured, "printed more than 64 KiB"),
    ] {
      fake.result = .success(CommandResult(end: end, output: []))
      let failure = try #require(fake.resolve(profile: "p").broken)
      #expect(failure.reason == reason && failure.message.contains(words))
    }
  }

  @Test func aMissingProgramIsNamed() throws {
    let failure = try #require(fake.resolve(profile: "p").broken)
    #expect(failure.message.hasSuffix("cannot run tool: no such file or directory") && !failure.hint.isEmpty)
  }

  @Test(arguments: ["'open", "", "''"])
  func commandsThatCannotBeSplitAreRefused(command: String) {
    fake.files["/home/u/.aws/config"] = "[profile p]\ncredential_process = \(command)\n"
    #expect(fake.resolve(profile: "p").broken != nil)
    #expect(fake.commands.isEmpty)
  }
}
