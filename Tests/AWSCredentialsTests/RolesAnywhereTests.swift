import Foundation
import Glibc
import KeyModel
import LinuxHost
import SigV4
import Testing

@testable import AWSClient
@testable import AWSCredentials

/// The files are those of SigV4Tests' fixture: a certificate of 1,000 years, its key, and others.
@Suite struct RolesAnywhereTests {
  struct Fixture: Decodable {
    struct Vector: Decodable { var key, certificate, intermediates, root: String }
    struct Refused: Decodable {
      var keys: [String: String]
      var authority: String
    }
    var vectors: [Vector]
    var refused: Refused
  }

  let fake = FakeSurroundings()
  let fixture: Fixture
  static let settings = RolesAnywhereSettings(
    certificate: "/e.pem", privateKey: "/e.key", trustAnchor: "arn:aws:rolesanywhere:eu-central-1:1:trust-anchor/a",
    profile: "arn:aws:rolesanywhere:eu-central-1:1:profile/b", role: "arn:aws:iam::111122223333:role/edge",
    sessionDuration: .seconds(900))
  static let answer =
    #"{"credentialSet":[{"credentials":{"accessKeyId":"ASIAX","secretAccessKey":"s","sessionToken":"t","#
    + #""expiration":"2026-09-21T15:13:20Z"},"packedPolicySize":1}],"subjectArn":"arn"}"#

  init() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    fixture = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: tests.appending(path: "SigV4Tests/Fixtures/x509.json")))
    fake.files["/e.pem"] = fixture.vectors[0].certificate
    fake.files["/e.key"] = fixture.vectors[0].key
  }

  /// What the configured source finds; `isOpen`: every user can read the private key.
  func resolve(
    _ environment: [String: String] = [:], _ settings: RolesAnywhereSettings = settings, isOpen: Bool = false
  ) -> (Result<Found, CredentialError>, warnings: [String]) {
    var context = fake.context(environment)
    context.rolesAnywhere = settings
    context.readSecretFile = { [readFile = context.readFile] (path) throws(SystemError) in
      SecretFile(content: SecretBytes(copying: try readFile(path)), isReadableByAll: isOpen)
    }
    do throws(CredentialError) {
      try CredentialChain.prepare(&context)
      let credentials = try CredentialChain.resolve(context)
      return (.success(Found(credentials)), credentials.warnings)
    } catch {
      return (.failure(error), [])
    }
  }

  func failure(_ settings: RolesAnywhereSettings = settings) throws -> KeyModel.Failure {
    try #require(resolve([:], settings).0.broken)
  }

  @Test func aSessionIsMadeInTheRegionOfTheTrustAnchor() throws {
    fake.answers = [.success((201, Self.answer))]
    var expected = Found("ASIAX", "s", "t", until: Timestamp(seconds: 1_790_003_600), from: .rolesAnywhere)
    expected.account = "111122223333"
    let (found, warnings) = resolve(["AWS_REGION": "us-east-1"])
    #expect(found.found == expected && warnings.isEmpty)
    let request = try #require(fake.requests.first)
    #expect(fake.requests.count == 1 && request.method == "POST")
    #expect(
      request.url == "https://rolesanywhere.eu-central-1.amazonaws.com/sessions"
        + "?profileArn=arn%3Aaws%3Arolesanywhere%3Aeu-central-1%3A1%3Aprofile%2Fb"
        + "&roleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fedge"
        + "&trustAnchorArn=arn%3Aaws%3Arolesanywhere%3Aeu-central-1%3A1%3Atrust-anchor%2Fa")
    #expect(String(decoding: request.body, as: UTF8.self) == #"{"durationSeconds":900}"#)
    #expect(request.headers.map(\.name) == ["Content-Type", "X-Amz-Date", "X-Amz-X509", "Authorization"])
    let authorization = try #require(request.headers.last).value
    #expect(authorization.hasPrefix("AWS4-X509-RSA-SHA256 Credential="))
    #expect(authorization.contains("/20260921/eu-central-1/rolesanywhere/aws4_request, "))
    #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-x509, "))
  }

  @Test func theChainOfProvidersIsNotAsked() {
    fake.answers = [.failure(HTTPFailure(.unreachable, words: "refused"))]
    #expect(resolve(ChainTests.keys).0.broken?.reason == .unreachable)
    fake.answers = [.success((201, Self.answer))]
    #expect(resolve(ChainTests.keys).0.found?.source == .rolesAnywhere)
  }

  @Test func endpointProxyAndCertificatesAreThoseOfTheEnvironment() throws {
    fake.answers = [.success((201, Self.answer))]
    let variables = [
      "AWS_ENDPOINT_URL_ROLESANYWHERE": "http://127.0.0.1:9/base", "HTTP_PROXY": "http://proxy:1",
      "AWS_CA_BUNDLE": "/ca.pem",
    ]
    #expect(resolve(variables).0.found != nil)
    let request = try #require(fake.requests.first)
    #expect(request.url.hasPrefix("http://127.0.0.1:9/base/sessions?"))
    #expect(request.proxy == "http://proxy:1" && request.certificates == "/ca.pem")
  }

  @Test func intermediatesAreThoseOfTheirFileOrTheRestOfTheCertificates() throws {
    let vector = fixture.vectors[2]
    fake.files = ["/e.pem": vector.certificate + vector.intermediates, "/e.key": vector.key, "/chain.pem": vector.root]
    fake.answers = [.success((201, Self.answer))]
    #expect(resolve().0.found != nil)
    let chain = try #require(fake.requests[0].headers.first { $0.name == "X-Amz-X509-Chain" })
    #expect(chain.value.split(separator: ",").count == 2)
    var settings = Self.settings
    settings.intermediates = "/chain.pem"
    #expect(resolve([:], settings).0.found != nil)
    #expect(!fake.requests[1].headers.contains { $0.name == "X-Amz-X509-Chain" })
    fake.files["/chain.pem"] = "nothing"
    #expect(
      try failure(settings).message == "cannot use the intermediate certificates /chain.pem: it holds no certificate")
  }

  @Test func aPrivateKeyThatEveryUserCanReadIsTold() {
    fake.answers = [.success((201, Self.answer))]
    #expect(
      resolve(isOpen: true).warnings
        == ["the private key /e.key can be read by every user (run chmod o-r on it)"])
  }

  @Test func aCertificateInItsLastTenthIsTold() throws {
    let certificate = try #require(try Certificate.all(in: Array(fixture.vectors[0].certificate.utf8)).first)
    let (begin, end) = (try #require(certificate.begin), try #require(certificate.end))
    fake.answers = [.success((201, Self.answer.replacing("2026-09-21", with: "3026-01-01")))]
    let tenth = (end - begin) / 10
    fake.now.wall = end - tenth
    #expect(resolve().warnings.isEmpty)
    fake.now.wall = end - tenth + .seconds(1)
    #expect(resolve().warnings == ["the certificate /e.pem ends at \(end.rfc3339), and nobody has renewed it"])
  }

  @Test func filesThatCannotBeUsedAreNamedWithoutACall() throws {
    fake.files["/e.key"] = fixture.vectors[1].key
    #expect(
      try failure().message == "cannot use the certificate /e.pem: it does not belong to the private key /e.key")
    fake.files["/e.key"] = fixture.refused.keys["encrypted PKCS#8"]
    #expect(try failure().text.hasPrefix("cannot use the private key /e.key: it is encrypted, "))
    fake.files["/e.key"] = nil
    #expect(try failure().text == "cannot read the private key /e.key: no such file or directory")
    fake.unreadable["/e.pem"] = EACCES
    #expect(
      try failure().text
        == "cannot read the certificate /e.pem: permission denied (the user it runs as must be able to read it)")
    #expect(fake.requests.isEmpty)
  }

  @Test func onlyACertificateThatExpiredIsRefusedWithoutACall() throws {
    fake.now.wall = Timestamp(seconds: 40_000_000_000)
    #expect(try failure().message.hasPrefix("cannot use the certificate /e.pem: it expired at 3026-"))
    #expect(fake.requests.isEmpty)
    fake.now.wall = Timestamp(seconds: 1_000_000_000)
    fake.answers = [.success((403, #"{"__type":"AccessDeniedException","message":"no"}"#))]
    #expect(try failure().hint.hasPrefix("the certificate is not valid before 2016-"))
    #expect(fake.requests.count == 1)
  }

  @Test(arguments: [
    (403, "AccessDeniedException", "Untrusted certificate. Insufficient certificate", "trust anchor must hold", 1),
    (403, "AccessDeniedException", "Unable to assume role for arn:x", "sts:SetSourceIdentity, and its conditions", 1),
    (403, "AccessDeniedException", "The requested DurationSeconds exceeds the MaxSessionDuration", "lower it", 1),
    (403, "AccessDeniedException", "Signature expired", "clock", 1),
    (403, "AccessDeniedException", "no", "must be enabled", 1),
    (404, "ResourceNotFoundException", "no", "profile_arn", 1),
    (400, "ValidationException", "no", "session_duration", 1), (429, "ThrottlingException", "slow", "", 3),
    (500, "InternalServerException", "sorry", "", 3),
  ])
  func refusalsHaveARemedy(status: Int, code: String, message: String, remedy: String, requests: Int) throws {
    fake.answers = [.success((status, #"{"__type":"\#(code)","message":"\#(message)"}"#))]
    let failure = try failure()
    #expect(
      failure.message.hasPrefix("cannot get a session of role arn:aws:iam::111122223333:role/edge from IAM Roles"))
    #expect(failure.message.contains("\(status): \(code): \(message)"))
    #expect(remedy.isEmpty ? failure.hint.isEmpty : failure.hint.contains(remedy))
    #expect(fake.requests.count == requests)
  }

  @Test func aCertificateThatCannotSignIsSaidToBeOne() throws {
    fake.files["/e.pem"] = fixture.refused.authority
    #expect(try failure().message.contains("it does not belong to the private key"))
    let refusal = CallError(
      reason: .denied, code: "AccessDeniedException", words: "Untrusted certificate. Insufficient certificate", hint: ""
    )
    let authority = try Certificate.all(in: Array(fixture.refused.authority.utf8))[0]
    #expect(
      RolesAnywhereRefusal.hint(refusal, authority, at: Timestamp(seconds: 1_800_000_000))
        == "the certificate cannot sign: it is an authority's (CA:TRUE)")
  }

  @Test func answersWithoutCredentialsAreFailures() throws {
    for body in ["{}", #"{"credentialSet":[]}"#, Self.answer.replacing(#""s""#, with: #""""#)] {
      fake.answers = [.success((201, body))]
      #expect(try failure().message.hasSuffix("its answer holds no credentials"))
    }
    fake.answers = [.success((201, Self.answer.replacing("15:13:20", with: "14:13:20")))]
    #expect(try failure().message.hasSuffix("its credentials expired at 2026-09-21T14:13:20Z"))
    fake.answers = [.success((201, "<html>")), .success((201, Self.answer))]
    #expect(resolve().0.found != nil)
  }
}
