import KeyModel
import SigV4
import Testing

@testable import AWSClient

/// Which requests are sent again, and whether an error says that one may have been applied.
@Suite struct RepetitionTests {
  /// What one attempt meets.
  enum Meets: Sendable {
    case answer(Int, String)
    case failure(HTTPFailure.Kind, connected: Bool)

    static let fine = Meets.answer(200, "<a/>")
    static func refusal(_ status: Int, _ code: String) -> Meets {
      .answer(status, "<E><Error><Code>\(code)</Code></Error></E>")
    }
  }

  /// How often it asked, and how it ended.
  func ask(_ meetings: [Meets], asksAgainWhenUnclear: Bool) -> (count: Int, error: CallError?) {
    var requests: [HTTPRequest] = []
    let http: HTTPTransport = { (request) throws(HTTPFailure) in
      requests.append(request)
      switch meetings[min(requests.count, meetings.count) - 1] {
      case .answer(let status, let body): return HTTPResponse(status: status, body: SecretBytes(copying: body.utf8))
      case .failure(let kind, let connected): throw HTTPFailure(kind, connected: connected, words: "words")
      }
    }
    guard let endpoint = try? Endpoint(.iam, EndpointChoice(region: "us-east-1")) else { return (0, nil) }
    var caller = ServiceCaller(.iam, at: endpoint, retries: RetryPolicy(attempts: 3), http: http, pause: { _ in })
    caller.asksAgainWhenUnclear = asksAgainWhenUnclear
    do throws(CallError) {
      _ = try caller.call([("Action", "A")], signer: nil)
      #expect(requests.allSatisfy { $0.hasOwnConnection != asksAgainWhenUnclear })
      return (requests.count, nil)
    } catch { return (requests.count, error) }
  }

  /// Trouble after which nobody knows.
  static let unclear: [Meets] = [
    .failure(.unreachable, connected: true), .failure(.timeout, connected: true), .failure(.garbage, connected: true),
    .answer(200, "no XML"), .answer(500, ""), .refusal(503, "ServiceUnavailable"), .refusal(400, "RequestTimeout"),
  ]
  /// Trouble that surely changed nothing.
  static let harmless: [Meets] = [
    .failure(.unreachable, connected: false), .failure(.timeout, connected: false), .refusal(400, "Throttling"),
    .refusal(503, "Throttling"), .refusal(429, ""),
  ]

  @Test(arguments: unclear) func whatIsUnclearIsSentAgainOnlyIfThatDoesNoHarm(first: Meets) {
    let once = ask([first, .fine], asksAgainWhenUnclear: false)
    #expect(once.count == 1 && once.error?.mayHaveBeenApplied == true)
    let again = ask([first, .fine], asksAgainWhenUnclear: true)
    #expect(again.count == 2 && again.error == nil)
  }

  @Test(arguments: harmless) func whatChangedNothingIsSentAgain(first: Meets) {
    let found = ask([first, .fine], asksAgainWhenUnclear: false)
    #expect(found.count == 2 && found.error == nil)
    let always = ask([first], asksAgainWhenUnclear: false)
    #expect(always.count == 3 && always.error?.mayHaveBeenApplied == false)
  }

  @Test(arguments: [
    Meets.refusal(403, "AccessDenied"), .refusal(409, "LimitExceeded"), .refusal(404, "NoSuchEntity"), .answer(302, ""),
    .failure(.untrusted, connected: true), .failure(.noLibrary, connected: false),
  ])
  func refusalsAreFinalAndChangedNothing(first: Meets) {
    let found = ask([first, .fine], asksAgainWhenUnclear: true)
    #expect(found.count == 1 && found.error?.mayHaveBeenApplied == false)
  }

  @Test func anUnclearAttemptIsRememberedOverTheRefusalOfTheNext() {
    let found = ask([.failure(.garbage, connected: true), .refusal(404, "NoSuchEntity")], asksAgainWhenUnclear: true)
    #expect(found.count == 2 && found.error?.code == "NoSuchEntity" && found.error?.mayHaveBeenApplied == true)
  }

  @Test func anUnclearAttemptAfterAHarmlessOneIsTheLast() {
    let found = ask([.refusal(400, "Throttling"), .answer(500, ""), .fine], asksAgainWhenUnclear: false)
    #expect(found.count == 2 && found.error?.mayHaveBeenApplied == true)
  }
}
