import KeyConfiguration
import Testing

/// A record counts only under the digest it was made under: it must change with whoever signs, and with nothing else.
@Suite struct DigestTests {
  private static let plain = "[keys.a]\nregion = \"us-east-1\"\nprofile = \"p\"\n"

  private func digest(_ text: String = plain, _ environment: [String: String] = [:]) throws -> String {
    try load(text, environment: environment).keeper.keys[0].settingsDigest
  }

  @Test func itIsSHA256InHexadecimal() throws {
    let digest = try digest()
    #expect(digest.utf8.count == 64)
    #expect(digest.allSatisfy { "0123456789abcdef".contains($0) })
    #expect(try self.digest() == digest)
  }

  @Test(arguments: [
    "[keys.a]\nregion = \"us-east-2\"\nprofile = \"p\"\n", "[keys.a]\nprofile = \"p\"\n",
    "[keys.a]\nregion = \"us-east-1\"\nprofile = \"q\"\n", "[keys.a]\nregion = \"us-east-1\"\n",
    "[keys.a]\nregion = \"us-east-1\"\nprofile = \"p\"\nenvironment = { AWS_CONFIG_FILE = \"/x\" }\n",
    "[keys.a]\nregion = \"us-east-1\"\nprofile = \"p\"\nenvironment = { ANYTHING = \"\" }\n",
  ])
  func itChangesWithTheSettings(_ text: String) throws { #expect(try digest(text) != digest()) }

  @Test(arguments: [
    "lifetime = \"1h\"", "renew_before = \"1h\"", "required = false", "outputs = []", "environment = {}",
    "type = \"short-term\"", "verify = \"off\"",
  ])
  func itDoesNotChangeWithTheRest(_ line: String) throws { #expect(try digest(Self.plain + line) == digest()) }

  @Test(arguments: [
    "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "HOME",
  ])
  func itChangesWithTheEnvironmentThatDecidesWhoSigns(_ variable: String) throws {
    let one = try digest(Self.plain, [variable: "1"])
    #expect(try one != digest())
    #expect(try one != digest(Self.plain, [variable: "2"]))
  }

  @Test(arguments: [
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "PATH", "INVOCATION_ID",
  ])
  func itDoesNotChangeWithSecretsAndOtherVariables(_ variable: String) throws {
    #expect(try digest(Self.plain, [variable: "1"]) == digest())
  }

  @Test func theTableIsLaidOverTheStartEnvironment() throws {
    let table = Self.plain + "environment = { AWS_CONFIG_FILE = \"/x\" }"
    #expect(try digest(table, ["AWS_CONFIG_FILE": "/y"]) == digest(table, ["AWS_CONFIG_FILE": "/z"]))
    #expect(try digest(table) == digest(Self.plain, ["AWS_CONFIG_FILE": "/x"]))
  }

  @Test func otherKeysDoNotMatter() throws {
    let two = try load(Self.plain + "[keys.b]\nregion = \"us-east-1\"\nprofile = \"p\"\n").keeper.keys
    #expect(two[0].settingsDigest == two[1].settingsDigest)
    #expect(try two[0].settingsDigest == digest())
  }
}
