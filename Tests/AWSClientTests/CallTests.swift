import KeyModel
import Testing

@testable import AWSClient

@Suite struct CallTests {
  func texts(_ text: String) -> [String: String]? { Array(text.utf8).withUnsafeBytes { XMLTexts($0)?.texts } }

  @Test func textsStandByTheirPath() {
    #expect(texts("<a><b><c>1&lt;&#50;</c></b><b><c>3</c></b></a>")?["b/c"] == "1<2")
  }

  @Test(arguments: ["", "<a>", "<a></b>", "{}", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a>\u{0}</a>"])
  func anythingElseIsRefused(text: String) { #expect(texts(text) == nil) }

  @Test func waitsGrowAndHeedTheServer() {
    let policy = RetryPolicy()
    func wait(_ attempt: Int, chance: Double = 1, throttled: Bool = true, _ headers: [String: String] = [:]) -> Int64 {
      policy.delay(afterAttempt: attempt, chance: chance, isThrottled: throttled, headers: headers).milliseconds
    }
    #expect((1...7).map { wait($0) } == [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
    #expect((1...4).map { wait($0, throttled: false) } == [50, 100, 200, 400])
    #expect(wait(3, chance: 0, ["retry-after": "7"]) == 7000)
    for odd in ["soon", "-7", "3601", ""] { #expect(wait(1, chance: 0.5, ["retry-after": odd]) == 500) }
    #expect(wait(1, chance: 0, ["x-amz-retry-after": "1500"]) == 1500)
    #expect(wait(1, chance: 0.5, ["x-amz-retry-after": "60000"]) == 5500)
  }
}

/// What services say when they refuse, in each of their protocols.
@Suite struct RefusalTests {
  func refusal(_ body: String, _ headers: [String: String] = [:]) -> ServiceRefusal {
    ServiceRefusal(HTTPResponse(status: 400, headers: headers, body: SecretBytes(copying: body.utf8)))
  }

  @Test(arguments: [
    ("<ErrorResponse><Error><Code>A</Code><Message>m</Message></Error></ErrorResponse>", [:], "A", "m"),
    ("{\"__type\":\"com.amazonaws.sso#A\",\"message\":\"m\"}", [:], "A", "m"),
    ("{\"error\":\"invalid_grant\",\"error_description\":\"m\"}", [:], "invalid_grant", "m"),
    ("{\"message\":\"m\",\"more\":[1]}", ["x-amzn-errortype": "A:http://x/"], "A", "m"),
    ("{\"message\":3", [:], "", ""), ("<html>", [:], "", ""), ("", [:], "", ""),
  ])
  func codeAndMessageAreFound(body: String, headers: [String: String], code: String, message: String) {
    let found = refusal(body, headers)
    #expect(found.code == code && found.message == message)
  }

  @Test func aRequestIDIsShownOnlyIfItIsPlain() {
    #expect(refusal("", ["x-amzn-requestid": "a-1"]).requestIDWords == " (request id a-1)")
    #expect(refusal("", ["x-amzn-requestid": "a b"]).requestIDWords.isEmpty)
    #expect(refusal("<E><RequestId>c</RequestId></E>").requestIDWords == " (request id c)")
  }
}
