import KeyModel
import Testing

@testable import SigV4

@Suite struct CanonicalFormTests {
  func text(_ feed: ((UnsafeRawBufferPointer) -> Void) -> Void) -> String {
    var bytes: [UInt8] = []
    feed { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("", "/"), ("/", "/"), ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/..", "/"), ("//a//b/", "/a/b/"),
    ("/a b", "/a%20b"), ("/ሴ", "/%E1%88%B4"), ("/a%20b", "/a%2520b"), ("/-._~", "/-._~"), ("/a/.", "/a/"),
  ])
  func pathsAreNormalizedAndEncoded(path: String, expected: String) {
    #expect(CanonicalRequest(method: "GET", path: path, headers: [], payloadHash: "").path == expected)
  }

  @Test func headersAreLoweredSortedTrimmedAndJoined() {
    let request = CanonicalRequest(
      method: "GET", path: "/",
      headers: [("X-B", " a   b "), ("X-A", "2"), ("Host", "h"), ("x-a", "1")], payloadHash: "hash")
    #expect(request.signedHeaders == "host;x-a;x-b")
    #expect(request.headers.map(\.value) == ["h", "2,1", "a b"])
    let query = QueryParameters(capacity: 0)
    #expect(
      text { request.feed(query: query, to: $0) } == "GET\n/\n\nhost:h\nx-a:2,1\nx-b:a b\n\nhost;x-a;x-b\nhash")
  }

  @Test func parametersAreSortedByNameThenValueAndEncoded() {
    var query = QueryParameters(capacity: 64)
    for (name, value) in [("b", "/"), ("a-b", "1"), ("a", "b"), ("a", "B"), ("a", ""), ("A", "ä")] {
      query.append(name, value)
    }
    query.append("s", SecretBytes(copying: "=&%".utf8))
    #expect(text { query.feed(to: $0) } == "b=%2F&a-b=1&a=b&a=B&a=&A=%C3%A4&s=%3D%26%25")
    #expect(text { query.feedCanonical(to: $0) } == "A=%C3%A4&a=&a=B&a=b&a-b=1&b=%2F&s=%3D%26%25")
    #expect(query.count == "b=%2F&a-b=1&a=b&a=B&a=&A=%C3%A4&s=%3D%26%25".utf8.count)
  }

  /// RFC 4648, section 10; split anywhere, the pieces give the same.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FE}~~", "z7/Pvn5+"),
  ])
  func base64(plain: String, expected: String) {
    for split in 0...plain.utf8.count {
      var writer = Base64Writer(appendingTo: SecretBytes(capacity: 64))
      Array(plain.utf8.prefix(split)).withUnsafeBytes { writer.append($0) }
      Array(plain.utf8.dropFirst(split)).withUnsafeBytes { writer.append($0) }
      #expect(writer.finish().withBytes { String(decoding: $0, as: UTF8.self) } == expected)
    }
    #expect(Base64Writer.length(of: plain.utf8.count) == expected.utf8.count)
  }

  /// FIPS 180-4's example and RFC 4231's test case 2; the key's place may be the result's.
  @Test func digests() {
    let digests = Digests()
    let abc = Array("abc".utf8).withUnsafeBytes { digests.sha256($0) }
    #expect(hexadecimal(abc) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    var place = Array("Jefe".utf8) + [UInt8](repeating: 0, count: 28)
    place.withUnsafeMutableBytes { bytes in
      let key = UnsafeRawBufferPointer(rebasing: bytes[0..<4])
      digests.hmac(key: key, Array("what do ya want for nothing?".utf8), into: bytes)
    }
    #expect(hexadecimal(place) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }
}
