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
    let waits = (1...7).map { policy.delay(afterAttempt: $0, chance: 1, retryAfter: nil).wholeSeconds }
    #expect(waits == [1, 2, 4, 8, 16, 20, 20])
    #expect(policy.delay(afterAttempt: 3, chance: 0, retryAfter: "7") == .seconds(7))
    #expect(policy.delay(afterAttempt: 1, chance: 0.5, retryAfter: "soon") == .milliseconds(500))
  }
}
