import KeyModel
import Testing

@testable import AWSClient

@Suite struct HTTPDateTests {
  /// The example of RFC 9110, section 5.6.7.
  @Test func theFormOfServersIsRead() {
    #expect(Timestamp(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")?.rfc3339 == "1994-11-06T08:49:37Z")
    #expect(Timestamp(httpDate: "Tue, 29 Feb 2028 23:59:59 GMT")?.rfc3339 == "2028-02-29T23:59:59Z")
  }

  @Test(arguments: [
    "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
  ])
  func anythingElseIsNot(text: String) { #expect(Timestamp(httpDate: text) == nil) }

  @Test func aResponseHasTheTimeOfItsHeader() {
    func date(_ headers: [String: String]) -> String? {
      HTTPResponse(status: 200, headers: headers, body: SecretBytes(capacity: 0)).date?.rfc3339
    }
    #expect(date(["date": "Sun, 06 Nov 1994 08:49:37 GMT"]) == "1994-11-06T08:49:37Z")
    #expect(date(["date": "soon"]) == nil && date([:]) == nil)
  }

  @Test func headerLinesAreReadByLowerCaseName() {
    let lines =
      "HTTP/1.1 200 OK\r\nContent-Type:  text/plain \r\nX-Empty:\r\nno colon\r\nx-twice: 1\r\nX-Twice: 2\r\n\r\n"
    #expect(
      HTTPResponse.parseHeaders(lines.utf8)
        == ["content-type": "text/plain", "x-empty": "", "x-twice": "2"])
  }
}
