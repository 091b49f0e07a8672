import Foundation
import KeyModel
import Testing

@testable import SigV4

/// Files of certificates and private keys that are as they should be, and others.
@Suite struct SigningFileTests {
  let fixture: X509Fixture

  init() throws { fixture = try X509Fixture.load() }

  func refusal(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? SigningFileError)?.reason
    }
  }

  @Test func keysThatCannotSignAreRefusedWithTheReason() {
    var reasons: [String: String] = [:]
    for (name, text) in fixture.refused.keys {
      reasons[name] = refusal { _ = try privateKey(text) }
    }
    let encrypted = "it is encrypted, and nobody is there to type its passphrase"
    for name in ["encrypted PKCS#8", "encrypted SEC 1", "encrypted PKCS#1"] { #expect(reasons[name] == encrypted) }
    for name in ["certificate", "damaged", "empty", "text"] { #expect(reasons[name] == "it holds no private key") }
    #expect(reasons["ed25519"] == "its key is of a kind that cannot sign here")
    #expect(reasons.count == 8)
  }

  @Test func aKeyIsFoundBehindOtherThings() throws {
    let vector = fixture.vectors[3]
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    for before in [vector.certificate, parameters, "Bag Attributes\n  friendlyName: edge\n"] {
      #expect(try privateKey(before + vector.key).kind == .ec)
    }
  }

  @Test func filesWithoutCertificatesAreRefusedWithTheReason() {
    var reasons: [String: String] = [:]
    for (name, text) in fixture.refused.certificates {
      reasons[name] = refusal { _ = try certificates(text) }
    }
    for name in ["key", "empty", "text"] { #expect(reasons[name] == "it holds no certificate") }
    for name in ["damaged", "cut"] { #expect(reasons[name] == "certificate 1 in it is damaged") }
    #expect(reasons["second damaged"] == "certificate 2 in it is damaged")
    #expect(refusal { _ = try Certificate.all(in: [0x30, 0x03, 1, 2, 3]) } == "certificate 1 in it is damaged")
  }

  @Test func certificatesAreReadInTheirOrderAndInDER() throws {
    let vector = fixture.vectors[2]
    let all = try certificates("subject: edge\n" + vector.certificate + "\n" + vector.intermediates)
    #expect(all.count == 3)
    #expect(all.first?.serialNumber == "730750818665451459101842416358141509827966271487")
    let der = try #require(Data(base64Encoded: all[0].base64))
    #expect(try Certificate.all(in: Array(der)).map(\.base64) == [all[0].base64])
    #expect(all.map(\.isSelfIssued) == [false, false, false])
    #expect(try certificates(vector.root).map(\.isSelfIssued) == [true])
  }

  @Test func whatIAMRolesAnywhereRefusesIsKnown() throws {
    let words = try (certificates(fixture.refused.authority) + certificates(fixture.refused.noSignature)).map(
      \.shortcomings)
    #expect(words[0] == ["it is an authority's (CA:TRUE)"])
    #expect(words[1] == ["its key usage is not digitalSignature"])
    #expect(try certificates(fixture.vectors[0].certificate)[0].shortcomings == [])
  }

  /// The beginning is written as UTCTime, the end, after 2049, as GeneralizedTime (RFC 5280, 4.1.2.5).
  @Test func validityIsRead() throws {
    let certificate = try certificates(fixture.vectors[0].certificate)[0]
    let (begin, end) = (try #require(certificate.begin), try #require(certificate.end))
    let moment = try #require(Timestamp(amzDate: fixture.moment))
    #expect(begin < moment && moment < end)
    #expect((end - begin).wholeSeconds == 86_400 * 365 * 1010)
  }
}
