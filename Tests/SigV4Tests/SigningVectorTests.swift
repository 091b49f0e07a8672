import KeyModel
import Testing

@testable import SigV4

/// Vectors that AWS published, with the example credentials of its documentation.
@Suite struct SigningVectorTests {
  static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

  func signer(_ accessKeyID: String = "AKIDEXAMPLE", secret: String = Self.secret, token: String = "") -> Signer {
    Signer(
      SigningCredentials(
        accessKeyID: accessKeyID, secretAccessKey: SecretBytes(copying: secret.utf8),
        sessionToken: SecretBytes(copying: token.utf8)))
  }

  func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(amzDate: text)) }

  /// "Create a signed AWS API request" of the IAM user guide: ListUsers.
  @Test func listUsers() throws {
    let request = SignableRequest(
      method: "GET", parameters: [("Version", "2010-05-08"), ("Action", "ListUsers")],
      headers: [
        ("Host", "iam.amazonaws.com"), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
      ])
    let headers = signer().signingHeaders(
      request, region: "us-east-1", service: "iam", at: try moment("20150830T123600Z"))
    #expect(
      headers.last?.value
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        + "SignedHeaders=content-type;host;x-amz-date, "
        + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    #expect(headers.map(\.name) == ["X-Amz-Date", "Authorization"])
  }

  /// The first case of AWS's Signature Version 4 test suite.
  @Test func getVanilla() throws {
    let request = SignableRequest(method: "GET", headers: [("Host", "example.amazonaws.com")])
    let headers = signer().signingHeaders(
      request, region: "us-east-1", service: "service", at: try moment("20150830T123600Z"))
    #expect(
      headers.last?.value.hasSuffix("Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
        == true)
  }

  /// "Authenticating Requests: Using Query Parameters" of the S3 API reference.
  @Test func presignedObject() throws {
    var request = PresignRequest(
      method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt", service: "s3")
    request.payloadHash = CanonicalRequest.unsignedPayload
    let query = signer("AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").presign(
      request, region: "us-east-1", at: try moment("20130524T000000Z"), lifetime: .seconds(86_400))
    #expect(query.signature == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
  }

  @Test func signingKeyIsRenewedWithItsScope() throws {
    let kept = signer()
    for (date, region) in [
      ("20150830T123600Z", "us-east-1"), ("20150831T000000Z", "us-east-1"), ("20150831T000000Z", "eu-west-1"),
      ("20150830T123600Z", "us-east-1"),
    ] {
      let request = SignableRequest(method: "GET", headers: [("Host", "example.amazonaws.com")])
      let time = try moment(date)
      let again = kept.signingHeaders(request, region: region, service: "service", at: time)
      let fresh = signer().signingHeaders(request, region: region, service: "service", at: time)
      #expect(again.last?.value == fresh.last?.value)
    }
  }

  @Test func sessionTokenIsSigned() throws {
    let request = SignableRequest(method: "GET", headers: [("Host", "example.amazonaws.com")])
    let headers = signer(token: "session+token").signingHeaders(
      request, region: "us-east-1", service: "service", at: try moment("20150830T123600Z"))
    #expect(headers.map(\.name) == ["X-Amz-Date", "X-Amz-Security-Token", "Authorization"])
    #expect(headers[1].value == "session+token")
    #expect(headers[2].value.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,"))
  }
}
