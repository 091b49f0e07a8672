import Foundation
import Testing

@testable import Diagnosis

/// The two forms that findings are told in.
@Suite struct FormTests {
  let group = FindingGroup(
    title: "key a: profile p", keys: ["a"],
    findings: [
      Finding(.fine, .region, "key a is for eu-west-1").with(["region": "eu-west-1", "none": nil]),
      Finding(.problem, .output, "one two three four five six seven", remedy: "do \"this\" and that"),
    ])

  @Test func aLineForEachFinding() {
    let lines = DiagnosisText(columns: nil, hasColors: false).lines(group)
    #expect(
      lines == [
        "key a: profile p", "  fine     key a is for eu-west-1", "  problem  one two three four five six seven",
        "           -> do \"this\" and that",
      ])
  }

  @Test func linesAreBrokenWhereTheTerminalEnds() {
    let lines = DiagnosisText(columns: 30, hasColors: false).lines(group)
    #expect(lines.allSatisfy { $0.count <= 30 })
    #expect(lines.contains("  problem  one two three four") && lines.contains("           five six seven"))
    let long = FindingGroup(title: "t", findings: [Finding(.note, .file, "see /\(String(repeating: "x", count: 60))")])
    #expect(DiagnosisText(columns: 30, hasColors: false).lines(long).last?.hasSuffix("xxx") == true)
  }

  @Test func colorsTakeNoRoom() {
    let plain = DiagnosisText(columns: 40, hasColors: false).lines(group)
    let colored = DiagnosisText(columns: 40, hasColors: true).lines(group)
    #expect(colored[1].hasPrefix("  \u{1b}[32mfine\u{1b}[0m     key"))
    let stripped = colored.map { $0.replacing(#/\u{1b}\[[0-9]+m/#, with: "") }
    #expect(stripped == plain)
  }

  @Test func theLastLineCounts() {
    let form = DiagnosisText(columns: nil, hasColors: false)
    #expect(form.summary([group, group]) == "2 problems")
    #expect(form.summary([FindingGroup(title: "", findings: [Finding(.warning, .clock, "x")])]) == "1 warning")
    #expect(form.summary([FindingGroup(title: "", findings: [])]) == "no problem was found")
  }

  @Test func everyFindingHasEveryMember() throws {
    let text = String(decoding: try DiagnosisJSON([group]).encoded(), as: UTF8.self)
    #expect(
      text == #"{"findings":[{"check":"region","keys":["a"],"message":"key a is for eu-west-1","remedy":null,"#
        + #""severity":"fine","values":{"region":"eu-west-1"}},{"check":"output","keys":["a"],"#
        + #""message":"one two three four five six seven","remedy":"do \"this\" and that","severity":"problem","#
        + #""values":{}}],"result":"problem","version":1}"# + "\n")
  }

  @Test func nothingFoundIsFine() throws {
    let text = String(decoding: try DiagnosisJSON([]).encoded(), as: UTF8.self)
    #expect(text == #"{"findings":[],"result":"fine","version":1}"# + "\n")
  }
}
