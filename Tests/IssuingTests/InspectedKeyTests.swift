import Foundation
import KeyModel
import Testing

@testable import Issuing

/// What keys tell of themselves: those of AWS's own generators, long-term ones, and what only looks like one.
@Suite struct InspectedKeyTests {
  private func inspect(_ text: String) -> InspectedKey? { InspectedKey(SecretBytes(copying: text.utf8)) }

  private func generated() throws -> [OracleTests.Case] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try JSONDecoder().decode(
      [OracleTests.Case].self, from: Data(contentsOf: folder.appending(path: "Fixtures/keys.json")))
  }

  @Test func keysOfTheGenerators() throws {
    for item in try generated() {
      let key = try #require(inspect(item.key))
      let issued = try #require(Timestamp(rfc3339: item.date))
      #expect(key.type == .shortTerm)
      #expect(key.family?.rawValue == item.family)
      #expect(key.accessKeyID == item.accessKeyID)
      #expect(key.region == item.region)
      #expect(key.issued == issued)
      #expect(key.expires == issued + .seconds(item.life))
      #expect(key.isTemporary == !item.token.isEmpty)
      #expect(key.isExample == item.accessKeyID.hasSuffix("EXAMPLE"))
    }
  }

  @Test func keysWithinOtherText() throws {
    let key = try #require(try generated().first).key
    let expected = try #require(inspect(key))
    for text in [
      "\(key)\n", "AWS_BEARER_TOKEN_BEDROCK=\(key)\nA=b\n", "# a comment\nexport A=\"\(key)\"\n",
      "{\"token\":\"\(key)\",\"region\":\"x\"}\n", "Authorization: Bearer \(key)\r\n", "ABSK \(key)",
    ] {
      #expect(inspect(text) == expected)
    }
  }

  @Test func longTermKeys() throws {
    func key(_ text: String) -> String { "ABSK" + Data(text.utf8).base64EncodedString() }
    let known = try #require(inspect(key("BedrockAPIKey-ab1c-at-111122223333:c2VjcmV0c2VjcmV0")))
    #expect(known.type == .longTerm)
    #expect(known.serviceUserName == "BedrockAPIKey-ab1c-at-111122223333")
    #expect(known.account == "111122223333")
    #expect(inspect(key("a-at-b-at-111122223333-x1:secret"))?.account == "111122223333")
    for name in ["somebody", "a-at-11112222333", "a-at-1111222233334", "a-at-111122223333x", "-at-"] {
      #expect(try #require(inspect(key("\(name):secret"))).account == nil)
    }
    for text in ["nothing", ":secret", "name:", "a b:secret"] { #expect(inspect(key(text)) == nil) }
  }

  @Test func whatIsNoKey() throws {
    let key = try #require(try generated().first).key
    let prefix = "bedrock-api-key-"
    let request = try #require(Data(base64Encoded: String(key.dropFirst(prefix.count))))
    let text = String(decoding: request, as: UTF8.self)
    func changed(_ old: String, _ new: String) -> String {
      prefix + Data(text.replacingOccurrences(of: old, with: new).utf8).base64EncodedString()
    }
    #expect(inspect(changed("none of it", "")) != nil)
    for (old, new) in [
      ("CallWithBearerToken", "ListUsers"), ("X-Amz-Signature=", "X-Amz-Signature=0"), ("X-Amz-Signature", "X-Amz-Sig"),
      ("bedrock.amazonaws.com", "example.com"), ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), ("aws4_request", "aws5"),
      ("X-Amz-Expires=", "X-Amz-Expires=-"), ("X-Amz-Date=2026", "X-Amz-Date=20x6"), ("/?", "?"),
      ("X-Amz-Date=", "X-Amz-Date"), ("&Version=1", "&Version=1&Version=1"), ("%2F", "%2"),
      ("Version=1", "Version=%00"),
    ] {
      #expect(inspect(changed(old, new)) == nil, "\(old) → \(new)")
    }
    for text in [
      "", "bedrock-api-key-", "ABSK", "ABSK====", "bedrock-api-key-!!!!", "x\(key)", "\(key)-x", "\(key)=",
      String(key.dropLast()), "aws-external-anthropic-api-key-\(key.dropFirst(prefix.count))",
    ] {
      #expect(inspect(text) == nil)
    }
  }

  /// Every key cut at every place, and with every byte changed, is no key or another one, and never a trap.
  @Test func mutations() throws {
    let key = Array(try #require(try generated().first).key.utf8)
    var isNone = 0
    for index in key.indices {
      #expect(InspectedKey(SecretBytes(copying: key[..<index])) == nil)
      for byte in [0, 10, 61, 65, 45, 255] as [UInt8] {
        var changed = key
        changed[index] = byte
        if InspectedKey(SecretBytes(copying: changed)) == nil { isNone += 1 }
      }
    }
    #expect(isNone > key.count)
  }
}
