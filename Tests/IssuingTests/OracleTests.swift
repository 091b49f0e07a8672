import Foundation
import KeyModel
import SigV4
import Testing

@testable import AWSCredentials
@testable import Issuing

/// Keys as AWS's own generators make them (Fixtures/make_keys.py).
@Suite struct OracleTests {
  struct Case: Decodable {
    var family, accessKeyID, secret, token, region, date, key: String
    var life: Int
  }

  @Test func keysEqualThoseOfTheGenerators() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: folder.appending(path: "Fixtures/keys.json")))
    #expect(cases.count == 10)
    for item in cases {
      let texts = CredentialTexts(accessKeyID: item.accessKeyID, secretAccessKey: item.secret, sessionToken: item.token)
      let issued = try ShortTermIssuer(Credentials(texts, source: .environment)).issue(
        try #require(KeyFamily(rawValue: item.family)), region: try #require(Region(item.region)),
        lifetime: .seconds(item.life),
        at: try #require(Timestamp(rfc3339: item.date)) + .milliseconds(999))
      #expect(issued.key.withBytes { String(decoding: $0, as: UTF8.self) } == item.key)
    }
  }

  /// SHA-256 by another implementation, python3 -c 'hashlib.sha256(key)'.
  @Test func fingerprint() throws {
    let signer = Signer(
      SigningCredentials(
        accessKeyID: "A", secretAccessKey: SecretBytes(copying: "B".utf8), sessionToken: SecretBytes(capacity: 0)))
    #expect(signer.fingerprint(SecretBytes(copying: "abc".utf8)) == "ba7816bf8f01cfea")
  }
}
