import KeyModel
import Testing

@testable import AWSCredentials
@testable import Issuing

@Suite struct ReceiptTests {
  let now = Timestamp(seconds: 1_790_000_000)

  func issue(
    _ accessKeyID: String = "AKIAQNZGKIQY56JQ7WML", token: String? = nil, expiration: Timestamp? = nil,
    lifetime: Duration = .seconds(3600)
  ) throws -> KeyReceipt {
    let texts = CredentialTexts(accessKeyID: accessKeyID, secretAccessKey: "secret", sessionToken: token)
    let region = try #require(Region("eu-west-1"))
    let credentials = Credentials(texts, expiration: expiration, source: .container)
    return try ShortTermIssuer(credentials).issue(
      region: region, lifetime: lifetime, at: now + .milliseconds(700), settingsDigest: "digest"
    ).receipt
  }

  @Test func aStaticKeyLivesItsLifetime() throws {
    let receipt = try issue()
    #expect(receipt.issued == now)
    #expect(receipt.expires == now + .seconds(3600))
    #expect(receipt.expiresKnown)
    #expect(receipt.account == "029608264753")
    #expect(!receipt.isExample)
    #expect(receipt.settingsDigest == "digest" && receipt.credentialSource == .container)
    #expect(receipt.region == "eu-west-1" && receipt.type == .shortTerm)
  }

  @Test func aKeyDiesWithItsCredentials() throws {
    let early = try issue(token: "t", expiration: now + .seconds(60))
    #expect(early.expires == now + .seconds(60) && early.expiresKnown)
    let late = try issue(token: "t", expiration: now + .seconds(7200))
    #expect(late.expires == now + .seconds(3600) && late.expiresKnown)
  }

  @Test func aSessionWithoutAnEndIsNotKnown() throws { #expect(try !issue(token: "t").expiresKnown) }

  @Test func exampleCredentialsAreKnown() throws {
    #expect(try issue("AKIDEXAMPLE").isExample)
    #expect(try issue("AKIAIOSFODNN7EXAMPLE").isExample)
  }

  @Test(arguments: [Duration.zero, .milliseconds(999), .seconds(43_201), .seconds(-1)])
  func impossibleLivesAreRefused(lifetime: Duration) {
    #expect(throws: Failure.self) { try issue(lifetime: lifetime) }
  }

  @Test func deadCredentialsSignNothing() {
    #expect(throws: Failure.self) { try issue(token: "t", expiration: now) }
  }

  @Test func theDocumentIsThatOfACredentialProcess() throws {
    let texts = CredentialTexts(accessKeyID: "AKIA", secretAccessKey: "a\"b\\c\u{1}", sessionToken: "t/+=")
    let full = credentialProcessDocument(Credentials(texts, expiration: now, source: .profile))
    #expect(
      full.withBytes { String(decoding: $0, as: UTF8.self) }
        == "{\"Version\": 1, \"AccessKeyId\": \"AKIA\", \"SecretAccessKey\": \"a\\\"b\\\\c\\u0001\", "
        + "\"SessionToken\": \"t/+=\", \"Expiration\": \"2026-09-21T14:13:20Z\"}\n")
    let bare = credentialProcessDocument(
      Credentials(CredentialTexts(accessKeyID: "AKIA", secretAccessKey: "s"), source: .profile))
    #expect(
      bare.withBytes { String(decoding: $0, as: UTF8.self) }
        == "{\"Version\": 1, \"AccessKeyId\": \"AKIA\", \"SecretAccessKey\": \"s\"}\n")
  }
}
