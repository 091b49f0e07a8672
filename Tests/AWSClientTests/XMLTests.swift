import Glibc
import KeyModel
import Testing

@testable import AWSClient

@Suite struct XMLTests {
  func texts(_ text: String) -> XMLTexts? { Array(text.utf8).withUnsafeBytes { XMLTexts($0) } }

  @Test func theMembersOfAList() {
    let list = "<l><member><a>1</a><b><c>2</c></b></member><member/><member><a>3</a><a>4</a></member></l>"
    let found = texts("<r><x>0</x>\(list)<member><a>5</a></member></r>")
    #expect(found?.members(of: "l/member") == [["a": "1", "b/c": "2", "b": ""], [:], ["a": "3"]])
    #expect(found?.members(of: "l/none") == [] && found?.members(of: "member") == [["a": "5"]])
    #expect(found?.texts["l/member/a"] == "1" && found?.texts["x"] == "0")
  }

  /// What an answer says, and its secret.
  func answer(_ text: String) -> (texts: [String: String], secret: String)? {
    Array(text.utf8).withUnsafeBytes { bytes in
      guard let answer = XMLSecretAnswer(bytes, secret: "r/s") else { return nil }
      return (answer.texts.texts, answer.secret.withBytes { String(decoding: $0, as: UTF8.self) })
    }
  }

  @Test func aSecretStandsApart() throws {
    let found = try #require(answer("<a><r><s>AB&amp;SK\n+/=</s><i>1</i></r><s>x</s></a>"))
    #expect(found.secret == "AB&SK\n+/=" && found.texts == ["r/i": "1", "r": "", "s": "x"])
    let without = try #require(answer("<a><r><i>1</i></r></a>"))
    #expect(without.secret.isEmpty && without.texts["r/i"] == "1")
  }

  @Test(arguments: [
    "<a><r><s>1</s><s>2</s></r></a>", "<a><r><s>1</s></r>",
    "<a><r><s>\(String(repeating: "x", count: 5000))</s></r></a>",
  ])
  func answersWithTwoSecretsOrNoEndAreRefused(text: String) { #expect(answer(text) == nil) }

  @Test func blocksKeepTheirBytesUntilTheyAreWiped() throws {
    let block = try #require(WipedBlock.allocate(64))
    memset(block, 0x41, 64)
    let larger = try #require(WipedBlock.resize(block, to: 128))
    #expect(larger.load(fromByteOffset: 63, as: UInt8.self) == 0x41)
    let smaller = try #require(WipedBlock.resize(larger, to: 16))
    #expect(smaller.load(as: UInt64.self) == 0x4141_4141_4141_4141)
    WipedBlock.wipe(smaller)
    #expect(smaller.load(as: UInt64.self) == 0 && smaller.load(fromByteOffset: 8, as: UInt64.self) == 0)
    WipedBlock.free(smaller)
    WipedBlock.free(nil)
  }
}
