import Testing

@testable import KeyModel

/// Dates against facts of the calendar, not against another implementation of it.
@Suite struct CalendarTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (951_868_800, "2000-03-01T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    (1_709_164_800, "2024-02-29T00:00:00Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
    (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
  ])
  func knownMoments(seconds: Int64, text: String) {
    #expect(Timestamp(seconds: seconds).rfc3339 == text)
    #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds))
  }

  @Test func everyDayOfFourCenturiesFollowsTheOneBefore() throws {
    let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, day): (Int64, Int64, Int64) = (1900, 1, 1)
    var moment = try #require(Timestamp(rfc3339: "1900-01-01T12:34:56Z"))
    while year < 2301 {
      let date = CalendarDate(moment)
      guard date.year == year, date.month == month, date.day == day, date.moment == moment else {
        Issue.record("\(moment.rfc3339) is not \(year)-\(month)-\(day)")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      day += 1
      if day > lengths[Int(month) - 1] + (month == 2 && isLeap ? 1 : 0) { (day, month) = (1, month + 1) }
      if month == 13 { (month, year) = (1, year + 1) }
      moment = moment + .seconds(86_400)
    }
  }

  @Test(arguments: [
    ("2026-11-24T08:15:00.5Z", 500), ("2026-11-24t08:15:00z", 0), ("2026-11-24 08:15:00Z", 0),
    ("2026-11-24T10:15:00+02:00", 0), ("2026-11-24T02:45:00-0530", 0), ("2026-11-24T08:15:00.123456789Z", 123),
    ("2026-11-24T08:14:60Z", 0), ("2026-11-24T08:15:00.04+00:00", 40),
  ])
  func formsOfOneMoment(text: String, fraction: Int64) {
    #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: 1_795_508_100_000 + fraction))
  }

  @Test(arguments: [
    "", "2026-11-24", "2026-11-24T08:15:00", "2026-13-24T08:15:00Z", "2026-00-24T08:15:00Z", "2026-02-29T08:15:00Z",
    "2026-11-31T08:15:00Z", "2026-11-24T24:00:00Z", "2026-11-24T08:60:00Z", "2026-11-24T08:15:61Z",
    "2026-11-24T08:15:00.Z", "2026-11-24T08:15:00+24:00", "2026-11-24T08:15:00+02:60", "2026-11-24T08:15:00+02",
    "2026-11-24T08:15:00Zx", "2026-1a-24T08:15:00Z", "+026-11-24T08:15:00Z", "2026/11/24T08:15:00Z",
    "2026-11-24X08:15:00Z", " 2026-11-24T08:15:00Z", "٢٠٢٦-11-24T08:15:00Z",
  ])
  func refusedTexts(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func datesOfSignatures() {
    let moment = Timestamp(seconds: 1_795_508_100)
    #expect(moment.amzDate == "20261124T081500Z")
    #expect(Timestamp(amzDate: "20261124T081500Z") == moment)
    #expect(Timestamp(milliseconds: -1).amzDate == "19691231T235959Z")
    for text in ["20261124T081500", "20261124 081500Z", "20261324T081500Z", "2026112aT081500Z", "20261124T081500z", ""]
    {
      #expect(Timestamp(amzDate: text) == nil)
    }
  }

  @Test func secondsAreRoundedDownOnBothSidesOfTheEpoch() {
    #expect(Timestamp(milliseconds: 1999).seconds == 1)
    #expect(Timestamp(milliseconds: -1).seconds == -1)
    #expect(Timestamp(milliseconds: -1001).wholeSecond == Timestamp(seconds: -2))
  }

  @Test func farEndsSaturate() {
    let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
    #expect(last + .seconds(1) == last)
    #expect(first + .seconds(-1) == first)
    #expect(first - .seconds(1) == first)
    #expect(last - .milliseconds(Int64.min) == last)
    #expect(last - first == .milliseconds(Int64.max))
    #expect(first - last == .milliseconds(Int64.min))
    #expect(Duration.seconds(Int64.max).milliseconds == .max)
    #expect(Duration.seconds(Int64.min).milliseconds == .min)
    #expect((Duration.milliseconds(Int64.max) + .milliseconds(1)).milliseconds == .max)
    #expect((Duration.milliseconds(Int64.min) - .milliseconds(1)).milliseconds == .min)
  }
}
