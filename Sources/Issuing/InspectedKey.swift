import AWSCredentials
import KeyModel

/// What an API key tells of itself, without a network: nothing that lets one use it.
package struct InspectedKey: Hashable, Sendable {
  /// Short-term or long-term.
  package var type: KeyType
  /// The service family; nil where the key is long-term.
  package var family: KeyFamily?
  /// The access key id of the credentials that signed it.
  package var accessKeyID: String?
  /// The name of the service-specific credential behind a long-term key.
  package var serviceUserName: String?
  /// The AWS account, where it can be derived.
  package var account: String?
  /// The region it works in.
  package var region: String?
  /// When it was signed.
  package var issued: Timestamp?
  /// When it ends by itself: the credentials that signed it may end before.
  package var expires: Timestamp?
  /// Whether temporary credentials signed it, whose end it does not tell.
  package var isTemporary: Bool
  /// Whether AWS's published example credentials signed it.
  package var isExample: Bool

  /// The first key within text (a token, env or JSON file, a header); nil where there is no well-formed one. A short-term
  /// key is a presigned request for CallWithBearerToken (AWS Signature Version 4, query parameters).
  package init?(_ text: borrowing SecretBytes) {
    guard let found = KeyText.find(in: text), let decoded = KeyText.decode(text, found.base64) else { return nil }
    if found.prefix == KeyText.longTermPrefix {
      self.init(longTerm: decoded)
    } else {
      self.init(shortTerm: decoded, prefix: found.prefix)
    }
  }

  private init?(shortTerm request: borrowing SecretBytes, prefix: String) {
    guard let family = KeyFamily.allCases.first(where: { KeyFamilyForm.of($0).prefix == prefix }),
      let query = PresignedQuery(request), query.host == KeyFamilyForm.of(family).host,
      query.parameters["Action"] == "CallWithBearerToken",
      query.parameters["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256", query.hasSignature,
      let scope = query.parameters["X-Amz-Credential"]?.split(separator: "/", omittingEmptySubsequences: false),
      scope.count == 5, !scope[0].isEmpty, scope[3] == KeyFamilyForm.of(family).service, scope[4] == "aws4_request",
      let date = query.parameters["X-Amz-Date"], let issued = Timestamp(amzDate: date), date.hasPrefix(scope[1]),
      let seconds = query.parameters["X-Amz-Expires"].flatMap({ Int64($0) }), (1...604_800).contains(seconds)
    else { return nil }
    type = .shortTerm
    self.family = family
    accessKeyID = String(scope[0])
    account = accountNumber(ofAccessKeyID: String(scope[0]))
    region = String(scope[2])
    self.issued = issued
    expires = issued + .seconds(seconds)
    isTemporary = query.hasSessionToken
    isExample = scope[0].hasSuffix("EXAMPLE")
  }

  /// A long-term key is `NAME:SECRET`, and the name ends in `-at-ACCOUNT` (IAM API, ServiceUserName).
  private init?(longTerm decoded: borrowing SecretBytes) {
    let name = decoded.withBytes { bytes -> String? in
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < bytes.count else { return nil }
      return String(validating: bytes[..<colon], as: UTF8.self)
    }
    guard let name, name.utf8.allSatisfy({ (33...126).contains($0) }) else { return nil }
    type = .longTerm
    serviceUserName = name
    account = Self.account(in: name)
    isTemporary = false
    isExample = false
  }

  /// The 12 digits after the last `-at-`, behind which a suffix may stand (IAM API, ServiceCredentialAlias).
  private static func account(in name: String) -> String? {
    let bytes = Array(name.utf8)
    let mark = Array("-at-".utf8)
    guard let start = bytes.indices.last(where: { bytes[$0...].starts(with: mark) }) else { return nil }
    let digits = bytes[(start + mark.count)...].prefix { (48...57).contains($0) }
    guard digits.count == 12, digits.endIndex == bytes.endIndex || bytes[digits.endIndex] == UInt8(ascii: "-") else {
      return nil
    }
    return String(decoding: digits, as: UTF8.self)
  }
}

/// The parts of a presigned request that are no secret; what is one is only noted to be there.
private struct PresignedQuery {
  private(set) var host = ""
  private(set) var parameters: [String: String] = [:]
  private(set) var hasSignature = false
  private(set) var hasSessionToken = false

  init?(_ request: borrowing SecretBytes) {
    let isFine = request.withBytes { bytes in
      guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), bytes[(slash + 1)...].first == UInt8(ascii: "?"),
        let host = String(validating: bytes[..<slash], as: UTF8.self)
      else { return false }
      self.host = host
      return bytes[(slash + 2)...].split(separator: UInt8(ascii: "&")).allSatisfy { note($0) }
    }
    guard isFine else { return nil }
  }

  /// Takes a parameter; false where it is none, or there twice.
  private mutating func note(_ pair: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let value = pair[(equals + 1)...]
    switch String(decoding: pair[..<equals], as: UTF8.self) {
    case "X-Amz-Signature":
      defer { hasSignature = true }
      return !hasSignature && value.count == 64
        && value.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    case "X-Amz-Security-Token":
      defer { hasSessionToken = true }
      return !hasSessionToken && !value.isEmpty
    case let name:
      guard let text = unescaped(value) else { return false }
      return parameters.updateValue(text, forKey: name) == nil
    }
  }

  /// Percent-decoded text (RFC 3986, section 2.1) of printable ASCII.
  private func unescaped(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
    var plain: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        plain.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      rest = rest.dropFirst(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
      plain.append(value)
    }
    return plain.allSatisfy { (33...126).contains($0) } ? String(decoding: plain, as: UTF8.self) : nil
  }
}
