import KeyModel
import Testing

@Suite struct WordsTests {
  @Test(arguments: [("90s", 90), ("30m", 1800), ("12h", 43_200), ("90d", 7_776_000), ("0s", 0), ("007s", 7)])
  func durationSettings(text: String, seconds: Int64) {
    #expect(Duration(setting: text) == .seconds(seconds))
  }

  @Test(arguments: [
    "", "s", "12", "1.5h", "-1s", "+1s", "1 h", "1H", "1w", "12h ", "1h30m", "100001d", "9223372036854775807s",
    "99999999999999999999d", "١s",
  ])
  func refusedDurationSettings(text: String) {
    #expect(Duration(setting: text) == nil)
  }

  @Test(arguments: [
    (0, "0s"), (90, "90s"), (60, "1m"), (43_200, "12h"), (86_400, "24h"), (172_800, "2d"), (7_776_000, "90d"),
    (3601, "3601s"),
  ])
  func durationsAsSettings(seconds: Int64, text: String) {
    #expect(Duration.seconds(seconds).setting == text)
    #expect(Duration(setting: text) == .seconds(seconds))
  }

  @Test(arguments: [
    (0, "0 s"), (-5, "0 s"), (45, "45 s"), (60, "1 min"), (3600, "1 h"), (11_520, "3 h 12 min"), (3605, "1 h"),
    (187_200, "2 d 4 h"), (86_459, "1 d"),
  ])
  func durationsInWords(seconds: Int64, text: String) {
    #expect(Duration.seconds(seconds).words == text)
  }

  @Test(arguments: [
    (7199, "2 h behind AWS's"), (-7201, "2 h ahead of AWS's"), (45, "45 s behind AWS's"), (271, "5 min behind AWS's"),
  ])
  func skewsInWords(seconds: Int64, text: String) { #expect(ClockSkew.words(.seconds(seconds)) == text) }

  @Test(arguments: [(240, true), (-240, true), (241, false), (-241, false), (0, true)])
  func toleratedSkews(seconds: Int64, isTolerated: Bool) {
    #expect(ClockSkew.isTolerated(.seconds(seconds)) == isTolerated)
  }

  @Test func millisecondsAreRoundedDown() {
    #expect(Duration.microseconds(1999).milliseconds == 1)
    #expect(Duration.microseconds(-1).milliseconds == -1)
    #expect(Duration.milliseconds(-1).wholeSeconds == -1)
  }

  @Test(arguments: ["us-east-1", "eu-isoe-west-1", "local", "a", "A1"])
  func regions(name: String) {
    #expect(Region(name)?.name == name)
  }

  @Test(arguments: ["", "-us", "us-", "us.east", "us east", "1234", "us/east", "us\n", "région", "us_east"])
  func refusedRegions(name: String) {
    #expect(Region(name) == nil)
    #expect(Region(String(repeating: "a", count: 64)) == nil)
    #expect(Region(String(repeating: "a", count: 63)) != nil)
  }

  @Test(arguments: ["default", "A", "7", "a-b_c", "Lock", "locks"])
  func keyNames(name: String) {
    #expect(KeyName(name)?.text == name)
  }

  @Test(arguments: ["", "-a", "_a", "a.b", "a/b", "..", "lock", "a b", "a\u{0}", "clé"])
  func refusedKeyNames(name: String) {
    #expect(KeyName(name) == nil)
    #expect(KeyName(String(repeating: "a", count: 65)) == nil)
    #expect(KeyName(String(repeating: "a", count: 64)) != nil)
  }

  @Test func keyNamesAreOrderedByTheirBytes() throws {
    let names = try ["b", "a", "B", "1"].map { try #require(KeyName($0)) }
    #expect(names.sorted().map(\.text) == ["1", "B", "a", "b"])
  }

  @Test func nearMatches() {
    let settings = ["lifetime", "region", "renew_before", "type"]
    #expect(nearMatch("lifetme", among: settings) == "lifetime")
    #expect(nearMatch("regoin", among: settings) == "region")
    #expect(nearMatch("typ", among: settings) == "type")
    #expect(nearMatch("outputs", among: settings) == nil)
    #expect(nearMatch("", among: settings) == nil)
    #expect(nearMatch("region", among: []) == nil)
  }

  @Test func failuresInOneLine() {
    #expect(Failure(.denied, "cannot get x: no").text == "cannot get x: no")
    #expect(Failure(.denied, "cannot get x: no", hint: "do y").text == "cannot get x: no (do y)")
  }

  @Test func importantLevelsComeFirst() {
    #expect(LogLevel.allCases.sorted().map(\.word) == ["error", "warning", "info", "debug"])
  }
}

@Suite struct FailureTests {
  @Test func aRequestIDIsNoNews() {
    let first = Failure(.denied, "cannot ask: no (request id a-1), sorry", hint: "h")
    #expect(first.tellsTheSame(as: Failure(.denied, "cannot ask: no (request id b-22), sorry", hint: "h")))
    #expect(!first.tellsTheSame(as: Failure(.denied, "cannot ask: no (request id a-1), really", hint: "h")))
    #expect(!first.tellsTheSame(as: Failure(.throttled, first.message, hint: "h")))
    #expect(!first.tellsTheSame(as: Failure(.denied, first.message, hint: "i")))
    #expect(Failure(.denied, "no").tellsTheSame(as: Failure(.denied, "no")))
  }
}
