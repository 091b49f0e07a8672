import KeyModel
import SigV4
import Testing

@testable import AWSClient

/// Calls to a service whose clock is another one: it refuses what is signed for a time that is off by over 5 minutes.
@Suite struct ClockCorrectionTests {
  /// The service, which notes the times it was asked for.
  final class Service {
    var ahead: Duration
    var code = "SignatureDoesNotMatch"
    var hasDate = true
    var asked: [Timestamp] = []
    let now = ClockReading(wall: Timestamp(seconds: 1_772_359_200), boot: .seconds(9))

    init(ahead: Duration) { self.ahead = ahead }

    /// The header of `now` and what it is ahead: all times of these tests are whole hours of one day.
    private var date: String {
      let text = (now.wall + ahead).rfc3339
      return "Sun, 01 Mar 2026 \(text.dropFirst(11).prefix(8)) GMT"
    }

    /// A caller that never asks a second time by itself.
    func caller(clock: AWSClock?) throws -> ServiceCaller {
      var choice = EndpointChoice(region: "eu-west-1")
      choice.custom = "https://sts.test"
      var caller = ServiceCaller(
        .sts, at: try Endpoint(.sts, choice), retries: RetryPolicy(attempts: 1),
        http: { _ in
          let difference = self.asked[self.asked.count - 1] - (self.now.wall + self.ahead)
          let isGood = max(difference, .zero - difference) <= .seconds(300)
          let body = isGood ? "<a><b>fine</b></a>" : "<a><Error><Code>\(self.code)</Code></Error></a>"
          return HTTPResponse(
            status: isGood ? 200 : 403, headers: self.hasDate ? ["date": self.date] : [:],
            body: SecretBytes(copying: body.utf8))
        }, pause: { _ in })
      caller.now = { self.now }
      caller.clock = clock
      caller.awsTime = { self.now.wall + (clock?.skew ?? .zero) }
      return caller
    }

    func call(_ caller: ServiceCaller) -> String? {
      let request = SignableRequest(method: "POST", headers: [])
      let answer = try? caller.send(
        request,
        authorize: { _, _, moment in
          self.asked.append(moment)
          return []
        }, expecting: "XML", { XMLTexts($0) })
      return answer?.texts["b"]
    }
  }

  @Test(arguments: RetryPolicy.clockCodes.sorted())
  func aRefusalIsAskedAgainWithTheCorrectedTime(code: String) throws {
    let service = Service(ahead: .seconds(3600))
    service.code = code
    let clock = AWSClock()
    #expect(service.call(try service.caller(clock: clock)) == "fine")
    #expect(service.asked.count == 2 && clock.isLearned && clock.skew > .seconds(3595))
    #expect(service.call(try service.caller(clock: clock)) == "fine" && service.asked.count == 3)
  }

  @Test func itIsAskedAgainOnce() throws {
    let service = Service(ahead: .seconds(7200))
    let clock = AWSClock()
    var stubborn = try service.caller(clock: clock)
    stubborn.awsTime = { service.now.wall }
    #expect(service.call(stubborn) == nil && service.asked.count == 2)
  }

  @Test(arguments: ["AccessDenied", "ExpiredToken", ""])
  func otherRefusalsAreNot(code: String) throws {
    let service = Service(ahead: .seconds(3600))
    service.code = code
    let clock = AWSClock()
    #expect(service.call(try service.caller(clock: clock)) == nil && service.asked.count == 1)
    // What it said of its clock counts all the same.
    #expect(clock.isLearned && clock.skew > .seconds(3595))
  }

  @Test func whoIsNotAWSTeachesNothing() throws {
    let service = Service(ahead: .seconds(3600))
    #expect(service.call(try service.caller(clock: nil)) == nil && service.asked.count == 1)
    service.hasDate = false
    let clock = AWSClock()
    #expect(service.call(try service.caller(clock: clock)) == nil && service.asked.count == 2 && !clock.isLearned)
  }
}
