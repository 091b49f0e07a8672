import AWSClient
import Glibc
import KeyModel
import LinuxHost
import Testing

@testable import AWSCredentials
@testable import Issuing

/// The requests of the IAM client and what it makes of answers; that the requests are IAM's is shown with botocore.
@Suite struct IAMClientTests {
  /// Answers in order, the last one for all that follow, and the bodies of the requests.
  final class Exchange {
    var answers: [(Int, String)]
    var bodies: [String] = []
    var urls: [String] = []

    init(_ answers: [(Int, String)]) { self.answers = answers }
  }

  static func context(_ exchange: Exchange, _ environment: [String: String] = [:]) -> CredentialContext {
    let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"]
    var context = CredentialContext(
      environment: Environment(keys.merging(environment) { $1 }), profile: nil, deadline: .seconds(130))
    context.now = { ClockReading(wall: Timestamp(seconds: 1_790_000_000), boot: .seconds(100)) }
    context.readFile = { (_) throws(SystemError) in throw SystemError(code: ENOENT) }
    context.pause = { _ in }
    context.http = { (request) throws(HTTPFailure) in
      exchange.bodies.append(String(decoding: request.body, as: UTF8.self))
      exchange.urls.append(request.url)
      let (status, body) = exchange.answers.count > 1 ? exchange.answers.removeFirst() : exchange.answers[0]
      if status == 0 { throw HTTPFailure(.garbage, connected: true, words: "it broke") }
      return HTTPResponse(status: status, body: SecretBytes(copying: body.utf8))
    }
    return context
  }

  func client(_ exchange: Exchange, _ environment: [String: String] = [:]) throws -> IAMClient {
    var context = Self.context(exchange, environment)
    try CredentialChain.prepare(&context)
    return try IAMClient(context, try CredentialChain.resolve(context))
  }

  static func answer(_ action: String, _ result: String) -> (Int, String) {
    let metadata = "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    return (200, "<\(action)Response><\(action)Result>\(result)</\(action)Result>\(metadata)</\(action)Response>")
  }

  static func refusal(_ status: Int, _ code: String, _ message: String = "") -> (Int, String) {
    (status, "<E><Error><Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>r-1</RequestId></E>")
  }

  static let id = "ACCAEXAMPLEEXAMPLEEXA"
  static let described = """
    <CreateDate>2026-11-25T10:00:00Z</CreateDate><ServiceName>bedrock.amazonaws.com</ServiceName>\
    <ServiceCredentialAlias>app-at-111122223333</ServiceCredentialAlias><UserName>app</UserName>\
    <ServiceSpecificCredentialId>\(id)</ServiceSpecificCredentialId>
    """

  func error(_ body: () throws(IAMError) -> Void) -> IAMError? {
    do throws(IAMError) {
      try body()
      return nil
    } catch { return error }
  }

  @Test func aListOfSeveralPages() throws {
    let members = ["Active", "Inactive", "Expired"].map {
      "<member>\(Self.described)<Status>\($0)</Status><ExpirationDate>2027-01-01T00:00:00Z</ExpirationDate></member>"
    }
    let action = "ListServiceSpecificCredentials"
    func page(_ members: [String], _ more: String) -> (Int, String) {
      Self.answer(action, "<ServiceSpecificCredentials>\(members.joined())</ServiceSpecificCredentials>\(more)")
    }
    let exchange = Exchange([
      page(Array(members[..<2]), "<IsTruncated>true</IsTruncated><Marker>a+b=</Marker>"),
      page([members[2]], "<IsTruncated>false</IsTruncated>"),
    ])
    let found = try client(exchange).list(.user("app"))
    #expect(found.map(\.status) == [.active, .inactive, .expired])
    #expect(found[0].id == Self.id && found[0].user == "app" && found[0].serviceUserName == "app-at-111122223333")
    #expect(found[0].created.rfc3339 == "2026-11-25T10:00:00Z" && found[0].expires?.rfc3339 == "2027-01-01T00:00:00Z")
    let start = "Action=\(action)&Version=2010-05-08&ServiceName=bedrock.amazonaws.com&UserName=app"
    #expect(exchange.bodies == [start, start + "&Marker=a%2Bb%3D"])
    #expect(exchange.urls.first == "https://iam.amazonaws.com/")
  }

  @Test func listsThatNeverEndOrCannotBeReadAreErrors() throws {
    let action = "ListServiceSpecificCredentials"
    for result in [
      "", "<IsTruncated>true</IsTruncated><Marker>m</Marker>", "<IsTruncated>true</IsTruncated>",
      "<ServiceSpecificCredentials><member>\(Self.described)<Status>New</Status></member></ServiceSpecificCredentials>",
    ] {
      let client = try client(Exchange([result.isEmpty ? (200, "<html/>") : Self.answer(action, result)]))
      let found = error { () throws(IAMError) in _ = try client.list(.everybody) }
      #expect(
        found?.kind == .unreachable && found?.failure.message.hasPrefix("cannot list the keys of all users") == true)
    }
  }

  @Test func aKeyIsMadeWithItsSecretApart() throws {
    let secret = "<ServiceCredentialSecret>ABSKYQ==</ServiceCredentialSecret>"
    let action = "CreateServiceSpecificCredential"
    let result =
      "<ServiceSpecificCredential>\(Self.described)\(secret)<Status>Active</Status></ServiceSpecificCredential>"
    let exchange = Exchange([Self.answer(action, result)])
    let made = try client(exchange).create(user: "app", age: .days(90))
    #expect(made.key.withBytes { String(decoding: $0, as: UTF8.self) } == "ABSKYQ==")
    #expect(made.credential.id == Self.id && made.credential.expires == nil && made.credential.status == .active)
    let body = "Action=\(action)&Version=2010-05-08&UserName=app&ServiceName=bedrock.amazonaws.com&CredentialAgeDays=90"
    #expect(exchange.bodies == [body])
    _ = try client(exchange).create(user: "app", age: .never)
    #expect(exchange.bodies.last?.contains("CredentialAgeDays") == false)
  }

  @Test func whatMayHaveBeenMadeIsNotAskedForAgain() throws {
    for answers in [[(0, "")], [(500, "")], [(200, "<a>")], [Self.answer("CreateServiceSpecificCredential", "")]] {
      let exchange = Exchange(answers)
      let client = try client(exchange)
      let found = error { () throws(IAMError) in _ = try client.create(user: "app", age: .never) }
      #expect(exchange.bodies.count == 1 && found?.kind == .unreachable && found?.mayHaveBeenApplied == true)
      #expect(found?.failure.hint.contains("may have been made all the same") == true)
    }
    let exchange = Exchange([Self.refusal(400, "Throttling"), Self.refusal(409, "LimitExceeded")])
    let client = try client(exchange)
    let found = error { () throws(IAMError) in _ = try client.create(user: "app", age: .never) }
    #expect(exchange.bodies.count == 2 && found?.kind == .limitExceeded && found?.mayHaveBeenApplied == false)
  }

  @Test(arguments: [
    (404, "NoSuchEntity", IAMError.Kind.noSuchEntity, "--create-user"),
    (404, "NotSupportedService", .notSupportedService, "short-term keys"),
    (409, "LimitExceeded", .limitExceeded, "two Bedrock keys at most"),
    (403, "AccessDenied", .denied, "allow iam:CreateServiceSpecificCredential"),
    (403, "InvalidClientTokenId", .denied, "the AWS credentials themselves"),
    (400, "Throttling", .throttled, "a minute"), (400, "ValidationError", .refused, ""),
  ])
  func errorsByTheirCase(status: Int, code: String, kind: IAMError.Kind, hint: String) throws {
    let client = try client(Exchange([Self.refusal(status, code, "words")]))
    let found = error { () throws(IAMError) in _ = try client.create(user: "app", age: .never) }
    #expect(found?.kind == kind && found?.mayHaveBeenApplied == false)
    #expect(found?.failure.message.hasSuffix("\(code): words (request id r-1)") == true)
    #expect(hint.isEmpty ? found?.failure.hint == "" : found?.failure.hint.contains(hint) == true)
  }

  @Test func aDenialByPolicyNamesTheConditionKeys() throws {
    let message = "User: x is not authorized to perform: iam:A with an explicit deny in a service control policy"
    let client = try client(Exchange([Self.refusal(403, "AccessDenied", message)]))
    let found = error { () throws(IAMError) in _ = try client.create(user: "app", age: .days(400)) }
    let hint = found?.failure.hint ?? ""
    #expect(hint.contains("service control policy") && hint.contains("iam:ServiceSpecificCredentialAgeDays"))
    #expect(hint.contains("iam:ServiceSpecificCredentialServiceName"))
  }

  @Test func anAnswerOfSomebodyElseIsNone() throws {
    let client = try client(Exchange([(200, "<html/>")]))
    let found = error { () throws(IAMError) in try client.delete(Self.id, user: "app") }
    #expect(found?.kind == .unreachable && found?.mayHaveBeenApplied == true)
  }

  @Test func aDeletionWhoseAnswerWasLostIsOne() throws {
    let gone = Self.refusal(404, "NoSuchEntity")
    let lost = try client(Exchange([(0, ""), gone]))
    #expect(error { () throws(IAMError) in try lost.delete(Self.id, user: "app") } == nil)
    let plain = try client(Exchange([gone]))
    #expect(error { () throws(IAMError) in try plain.delete(Self.id) }?.kind == .noSuchEntity)
  }

  @Test func aUserThatIsThereIsToldFromOneThatIsMade() throws {
    let fine = Self.answer("CreateUser", "")
    let exists = Self.refusal(409, "EntityAlreadyExists")
    #expect(try client(Exchange([fine])).createUser("app"))
    #expect(try !client(Exchange([exists])).createUser("app"))
    #expect(try client(Exchange([(0, ""), exists])).createUser("app"))
  }

  @Test func otherRequests() throws {
    let exchange = Exchange([Self.answer("", "")])
    let client = try client(exchange, ["AWS_REGION": "cn-northwest-1"])
    try client.update(Self.id, isActive: false)
    try client.attachPolicy("arn:aws-cn:iam::aws:policy/P", to: "app")
    let version = "Version=2010-05-08"
    #expect(
      exchange.bodies == [
        "Action=UpdateServiceSpecificCredential&\(version)&ServiceSpecificCredentialId=\(Self.id)&Status=Inactive",
        "Action=AttachUserPolicy&\(version)&UserName=app&PolicyArn=arn%3Aaws-cn%3Aiam%3A%3Aaws%3Apolicy%2FP",
      ])
    #expect(client.partition == "aws-cn" && exchange.urls.first == "https://iam.cn-north-1.amazonaws.com.cn/")
  }

  @Test(arguments: [("1d", 1), ("36600d", 36_600), ("007d", 7)]) func ages(text: String, days: Int) {
    #expect(CredentialAge(setting: text) == .days(days))
  }

  @Test(arguments: ["", "d", "0d", "36601d", "90", "90h", "-1d", "Never", "9999999999999999999999d"])
  func refusedAges(text: String) { #expect(CredentialAge(setting: text) == nil) }
}
