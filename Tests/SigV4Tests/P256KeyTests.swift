import Testing

@testable import SigV4

/// The key of RFC 7515, appendix A.3, whose coordinates stand there.
@Suite struct P256KeyTests {
  static let traditional = """
    -----BEGIN EC PRIVATE KEY-----
    MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
    AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b
    focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
    -----END EC PRIVATE KEY-----

    """
  static let pkcs8 = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff
    H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp
    7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt
    -----END PRIVATE KEY-----
    """
  static let otherCurve = """
    -----BEGIN PRIVATE KEY-----
    MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAj7zRJKBVHmU74aY52
    /HO2leHstW+dViIf9769jkB3H5sPymI9oucpHGQC5xDmiPqhZANiAARNo2KrGXGA
    L4Qyxtd7lwpCx0HQXouL+BdTzLBdi/8Yl4WXXfmyKpWbT1dmfNlXncFbbDR9yRZE
    mlpjyVjHETLmP/2dF66h1TiAuBNwSmPfy+bVnMmpNIBneoDO7C1K+Zc=
    -----END PRIVATE KEY-----
    """

  @Test(arguments: [traditional, pkcs8])
  func bothFormsAreRead(pem: String) throws {
    let key = try #require(P256Key(pem: pem))
    #expect(base64URL(key.publicCoordinates.x) == "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
    #expect(base64URL(key.publicCoordinates.y) == "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
  }

  @Test(arguments: ["", "-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----", "AAAA", "!", otherCurve])
  func anythingElseIsRefused(pem: String) { #expect(P256Key(pem: pem) == nil) }

  /// Both halves have their full length, whatever their leading bytes: one of 256 would be shorter.
  @Test func signaturesHaveOneLength() throws {
    let key = try #require(P256Key(pem: Self.traditional))
    var seen: Set<[UInt8]> = []
    for number in 0..<600 { seen.insert(key.signature(of: Array("\(number)".utf8))) }
    #expect(seen.count == 600 && seen.allSatisfy { $0.count == 64 })
  }

  @Test(arguments: [([], ""), ([0xfb, 0xff], "-_8"), ([1, 2, 3], "AQID"), ([1], "AQ")] as [([UInt8], String)])
  func base64ForURLs(bytes: [UInt8], text: String) { #expect(base64URL(bytes) == text) }

  @Test func namesOfCaches() {
    // FIPS 180-4's example message.
    #expect(TextDigest.sha1("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(TextDigest.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
