import Foundation
import KeyModel
import Testing

@testable import SigV4

/// What AWS's own signer for IAM Roles Anywhere made of a request, and files to read (Fixtures/make_x509.py).
struct X509Fixture: Decodable {
  struct Vector: Decodable {
    var name, key, certificate, intermediates, root: String
    var headers: [[String]]
    var canonicalRequest, stringToSign: String
  }

  struct Refused: Decodable {
    var keys, certificates: [String: String]
    var authority, noSignature: String
  }

  var region, url, body, moment: String
  var vectors: [Vector]
  var refused: Refused

  static func load() throws -> X509Fixture {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/x509.json")
    return try JSONDecoder().decode(X509Fixture.self, from: Data(contentsOf: file))
  }

  /// The request that was signed.
  func request() throws -> SignableRequest {
    let parts = try #require(URLComponents(string: url))
    return SignableRequest(
      method: "POST", path: parts.path,
      parameters: (parts.queryItems ?? []).map { (name: $0.name, value: $0.value ?? "") },
      headers: [("Host", parts.host ?? ""), ("Content-Type", "application/x-amz-json-1.0")], body: Array(body.utf8))
  }
}

func certificates(_ text: String) throws -> [Certificate] { try Certificate.all(in: Array(text.utf8)) }

func privateKey(_ text: String) throws -> PrivateKey { try PrivateKey(pem: SecretBytes(copying: text.utf8)) }
