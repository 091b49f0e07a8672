import COpenSSL
import KeyModel
import Testing

@testable import SigV4

/// Signatures by certificates, against those of AWS's own signer.
@Suite struct X509SigningTests {
  let fixture: X509Fixture

  init() throws { fixture = try X509Fixture.load() }

  func signer(_ vector: X509Fixture.Vector, intermediates: String) throws -> X509Signer {
    try X509Signer(
      try #require(try certificates(vector.certificate).first), key: try privateKey(vector.key),
      intermediates: intermediates.isEmpty ? [] : try certificates(intermediates))
  }

  func headers(_ signer: X509Signer) throws -> [(name: String, value: String)] {
    try signer.signingHeaders(
      try fixture.request(), region: fixture.region, service: "rolesanywhere",
      at: try #require(Timestamp(amzDate: fixture.moment)))
  }

  /// RSA's signatures are always the same, ECDSA's are verified.
  @Test(arguments: 0..<5) func requestsAreSignedAsAWSSignsThem(index: Int) throws {
    let vector = fixture.vectors[index]
    let made = try headers(try signer(vector, intermediates: vector.intermediates))
    #expect(made.map(\.name) == vector.headers.map { $0[0] }, "\(vector.name)")
    #expect(made.dropLast().map(\.value) == vector.headers.dropLast().map { $0[1] })
    let (ours, theirs) = (try #require(made.last).value, vector.headers.last?[1] ?? "")
    guard theirs.hasPrefix("AWS4-X509-ECDSA-SHA256 ") else {
      #expect(ours == theirs)
      return
    }
    let end = "Signature="
    #expect(ours.split(separator: end).first == theirs.split(separator: end).first)
    let signature = try #require(ours.split(separator: end).last)
    #expect(verifies(String(signature), of: vector.stringToSign, by: vector.certificate))
    #expect(!verifies(String(signature), of: vector.stringToSign + " ", by: vector.certificate))
  }

  /// The text that is hashed, byte for byte, not only the signature that follows from it.
  @Test(arguments: 0..<5) func theCanonicalRequestIsAWSs(index: Int) throws {
    let vector = fixture.vectors[index]
    let request = try fixture.request()
    let added = vector.headers.dropLast().map { (name: $0[0], value: $0[1]) }
    let canonical = CanonicalRequest(
      method: request.method, path: request.path, headers: request.headers + added,
      payloadHash: request.body.withUnsafeBytes { hexadecimal(Digests().sha256($0)) })
    var query = QueryParameters(capacity: 1024)
    for parameter in request.parameters { query.append(parameter.name, parameter.value) }
    var text: [UInt8] = []
    canonical.feed(query: query) { text.append(contentsOf: $0) }
    #expect(String(decoding: text, as: UTF8.self) == vector.canonicalRequest)
  }

  @Test func allFormsOfKeysAreThere() {
    #expect(fixture.vectors.count == 5)
    let starts = Set(fixture.vectors.map { $0.key.prefix { $0 != "\n" } })
    #expect(starts.count == 3, "PKCS#1, SEC 1, PKCS#8")
  }

  @Test func rootsAndTheCertificateItselfAreNoIntermediates() throws {
    let vector = fixture.vectors[1]
    let whole = vector.certificate + vector.intermediates + vector.root
    let made = try headers(try signer(vector, intermediates: whole))
    #expect(made.map(\.value) == vector.headers.map { $0[1] })
    let alone = try headers(try signer(vector, intermediates: vector.root))
    #expect(!alone.map(\.name).contains("X-Amz-X509-Chain"))
  }

  @Test func moreThanFiveIntermediatesAreRefused() throws {
    let vector = fixture.vectors[4]
    #expect(throws: SigningFileError.self) {
      try signer(vector, intermediates: vector.intermediates + fixture.vectors[1].intermediates)
    }
  }

  /// A key that the certificate is not for signs all the same: whoever makes a signer asks first.
  @Test func aCertificateBelongsToItsKeyAlone() throws {
    for (index, vector) in fixture.vectors.enumerated() {
      let certificate = try #require(try certificates(vector.certificate).first)
      for (other, key) in fixture.vectors.enumerated() {
        #expect(certificate.belongs(to: try privateKey(key.key)) == (index == other))
      }
    }
  }

  private func verifies(_ signature: String, of text: String, by certificate: String) -> Bool {
    let hexadecimal = Array(signature.utf8)
    let bytes = stride(from: 0, to: hexadecimal.count - 1, by: 2).compactMap {
      UInt8(String(decoding: hexadecimal[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    let text = Array(text.utf8)
    return Array(certificate.utf8).withUnsafeBytes { pem in
      guard let source = BIO_new_mem_buf(pem.baseAddress, Int32(pem.count)),
        let certificate = PEM_read_bio_X509(source, nil, nil, nil), let context = EVP_MD_CTX_new()
      else { return false }
      defer {
        EVP_MD_CTX_free(context)
        X509_free(certificate)
        BIO_free(source)
      }
      return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, X509_get0_pubkey(certificate)) == 1
        && EVP_DigestVerify(context, bytes, bytes.count, text, text.count) == 1
    }
  }
}
