import KeyModel
import Testing

@testable import AWSCredentials

@Suite struct JSONValueTests {
  @Test func everythingComesBack() throws {
    let text = #"{"a":[1,-2,1.5,true,null,"x/\n"],"big":9007199254740993,"o":{"deep":{}}}"#
    let object = try #require(JSONObject.parse(text.utf8))
    #expect(object["big"] == .integer(9_007_199_254_740_993))
    #expect(object["o"]?.members?["deep"] == .object([:]))
    #expect(String(decoding: object.encoded, as: UTF8.self) == text)
  }

  @Test(arguments: ["", "{", "[]", "\"x\"", "{\"a\":1", "null"]) func anythingElseIsNoObject(text: String) {
    #expect(JSONObject.parse(text.utf8) == nil)
  }

  @Test(arguments: [
    ("2026-09-21T14:13:20Z", 1_790_000_000), ("2026-09-21T14:13:20UTC", 1_790_000_000),
    ("2026-09-21T16:13:20+02:00", 1_790_000_000), ("UTC", nil), ("soon", nil),
  ]) func timesOfAllToolsAreRead(text: String, seconds: Int64?) {
    #expect(JSONObject(dictionaryLiteral: ("t", .text(text))).time("t") == seconds.map { Timestamp(seconds: $0) })
  }
}
