import KeyModel
import ProcessMessages
import Testing

/// One message of every kind, every optional field both there and absent.
enum Samples {
  static let receipt = KeyReceipt(
    fingerprint: "0123456789abcdef", issued: Timestamp(seconds: 1_800_000_000),
    expires: Timestamp(milliseconds: 1_800_043_200_123), expiresKnown: true, region: "eu-central-1", type: .shortTerm,
    credentialSource: .instanceMetadata, account: "111122223333", isExample: false, settingsDigest: "é∂")

  static var endless: KeyReceipt {
    var endless = receipt
    endless.expires = nil
    endless.expiresKnown = false
    endless.type = .longTerm
    endless.isExample = true
    return endless
  }

  static let rolesAnywhere = RolesAnywhereSettings(
    certificate: "/a.pem", privateKey: "/a.key", intermediates: "/chain.pem", trustAnchor: "arn:1", profile: "arn:2",
    role: "arn:3", sessionDuration: .seconds(900))

  static func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

  static let outputs = [
    OutputSettings(
      path: "/run/bedrock-keyd/default/env",
      format: .env(variables: ["A", "B"], constants: [.init(name: "AWS_REGION", value: "us-east-1")]), mode: 0o640,
      owner: 0, group: .max, unresolved: nil),
    OutputSettings(path: "/t", format: .token, unresolved: "no such group: app"),
    OutputSettings(path: "/j", format: .json),
  ]

  static func configuration() throws -> KeeperConfiguration {
    var daemon = KeeperConfiguration.Daemon()
    daemon.parallel = 3
    daemon.logLevel = .debug
    daemon.removeOnStop = true
    daemon.controlGroup = 12
    return KeeperConfiguration(
      daemon: daemon,
      sources: [
        SourceSettings(), SourceSettings(profile: "prod", environment: [.init(name: "A", value: "b=c\n")]),
        SourceSettings(rolesAnywhere: rolesAnywhere),
      ],
      keys: [
        KeySettings(
          name: try name("default"), source: 1, required: false, region: Region("us-east-1"),
          lifetime: .milliseconds(1), renewBefore: .seconds(60), verify: .require, outputs: outputs, settingsDigest: "d"
        ),
        KeySettings(
          name: try name("batch"), source: 0, outputs: [],
          longTerm: LongTermSettings(user: "u", ageDays: 90, grace: .seconds(60), adopts: true), settingsDigest: "l"),
        KeySettings(name: try name("bare"), source: 0, outputs: [], settingsDigest: ""),
      ], runtimeFolder: "/run/bedrock-keyd", stateFolder: "")
  }

  static func request() throws -> IssueRequest {
    var request = IssueRequest(
      source: SourceSettings(profile: "prod"),
      keys: [
        .init(name: try name("a"), region: nil, lifetime: .seconds(43_200), settingsDigest: "d"),
        .init(
          name: try name("b"), region: Region("us-east-1"), lifetime: .seconds(60), verify: .warn, settingsDigest: ""),
      ], timeout: .seconds(30), clockSkew: .milliseconds(-1500), stateFolder: "/var/lib/bedrock-keyd")
    request.outlived = Timestamp(milliseconds: 1_800_000_000_001)
    return request
  }

  static func anywhereRequest() throws -> IssueRequest {
    var request = try request()
    var settings = rolesAnywhere
    settings.intermediates = nil
    request.source = SourceSettings(rolesAnywhere: settings)
    return request
  }

  static func credential() throws -> ServiceCredential {
    ServiceCredential(
      id: try #require(CredentialID("ACCAEXAMPLE123456789")), created: Timestamp(seconds: 1_800_000_000),
      expires: Timestamp(seconds: 1_807_776_000), status: .expired)
  }

  /// A request for a long-term key for every call, and an answer for every outcome.
  static func longTerm() throws -> (requests: [IssueRequest], answers: [IssueAnswer]) {
    var (first, second) = (try credential(), try credential())
    (first.expires, second.status) = (nil, .inactive)
    let (name, failure) = (try name("batch"), Failure(.throttled, "cannot list", hint: "wait"))
    let calls: [LongTermCall] = [
      .list, .create(ageDays: nil), .create(ageDays: 90), .probe(first.id), .deactivate(first.id), .delete(first.id),
    ]
    let outcomes: [LongTermOutcome] = [
      .listed([]), .listed([first, second]), .created(first), .probed(.accepted), .probed(.refused(failure)), .done,
      .failed(failure, isCertain: true), .failed(failure, isCertain: false),
    ]
    let requests = calls.map { call in
      var request = IssueRequest(
        source: SourceSettings(), keys: [], timeout: .seconds(30), clockSkew: .zero, stateFolder: "/s")
      request.longTerm = LongTermRequest(key: name, user: "u", region: nil, call: call, settingsDigest: "d")
      return request
    }
    return (requests, outcomes.map { IssueAnswer(outcomes: [], longTerm: $0) })
  }

  static let answer = IssueAnswer(
    outcomes: [
      .issued(receipt, keyLength: 1), .failed(Failure(.needsLogin, "cannot log in: expired", hint: "log in")),
      .issued(endless, keyLength: IssueAnswer.longestKey), .issued(receipt, keyLength: 2, verification: .accepted),
      .issued(receipt, keyLength: 3, verification: .refused(Failure(.denied, "cannot use it: no", hint: "ask"))),
      .issued(receipt, keyLength: 4, verification: .inconclusive(Failure(.timeout, "cannot verify it"))),
    ], clockSkew: .seconds(-3), warnings: ["", "watch out"])

  /// Calls a function with each sample, as bytes and as the function that reads them and writes them again.
  static func all() throws -> [(name: String, bytes: [UInt8], again: ([UInt8]) throws -> [UInt8])] {
    let longTerm = try longTerm()
    return longTerm.requests.map { sample($0) } + longTerm.answers.map { sample($0) } + [
      sample(try configuration()), sample(try request()), sample(try anywhereRequest()), sample(answer),
      sample(IssueAnswer(outcomes: [])),
      sample(KeyRecordHead(receipt: receipt, keyLength: 700)), sample(ControlRequest.check(nil)),
      sample(ControlRequest.check(try name("a"))), sample(ControlRequest.renew(nil)),
      sample(ControlRequest.renew(try name("b"))), sample(ControlReply(isAccepted: true, text: "renewing a")),
      sample(ControlReply(isAccepted: false, text: "", receipt: endless)),
    ]
  }

  private static func sample<Kind: Message & Equatable>(
    _ message: Kind
  ) -> (name: String, bytes: [UInt8], again: ([UInt8]) throws -> [UInt8]) {
    (
      "\(Kind.self)", message.encoded,
      { bytes in
        let decoded = try Kind(decoding: bytes)
        if bytes == message.encoded { #expect(decoded == message) }
        return decoded.encoded
      }
    )
  }
}
