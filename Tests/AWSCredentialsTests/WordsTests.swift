import Testing

@testable import AWSCredentials

@Suite struct WordsTests {
  @Test(arguments: [
    ("", ""), ("one\ntwo\n\n", "two"), ("plain words of an error", "plain words of an error"),
    ("AccessDeniedException: no", "AccessDeniedException: no"),
    ("see /usr/local/share/documents", "see /usr/local/share/documents"),
    ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "[redacted]"), ("a=wJalrXUtnFEMI/K7MDENG x", "[redacted] x"),
    ("AKIAIOSFODNN7EXAMPLE", "[redacted]"), ("aGVsbG9JYW1BU2VjcmV0S2V5", "[redacted]"),
    ("bell\u{7}\u{1B}[31m red\u{9B}", "bell[31m red"),
  ])
  func linesForMessages(text: String, expected: String) { #expect(redactedLine(text.utf8) == expected) }

  @Test func longLinesAreCut() { #expect(redactedLine(String(repeating: "ab ", count: 100).utf8).count == 201) }

  /// The first id is that of AWS's own examples of decoding; ids of the older form and examples tell nothing.
  @Test(arguments: [
    ("ASIAQNZGKIQY56JQ7WML", "029608264753"), ("AKIAIOSFODNN7EXAMPLE", nil), ("AKIAJOSFODNN7ABCDEFG", nil),
    ("AKIDEXAMPLE", nil), ("AROAQNZGKIQY56JQ7WML", nil), ("ASIAQNZGKIQY56JQ7WM", nil), ("ASIAQNZGK1QY56JQ7WML", nil),
  ])
  func accounts(id: String, expected: String?) { #expect(accountNumber(ofAccessKeyID: id) == expected) }
}
