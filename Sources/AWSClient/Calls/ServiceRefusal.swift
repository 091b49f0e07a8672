import FoundationEssentials

/// What a service said when it refused, in XML (query protocol) or JSON (all others): texts of others, to be redacted
/// before they are shown.
struct ServiceRefusal {
  /// The error code, or empty.
  private(set) var code = ""
  /// The message, or empty.
  private(set) var message = ""
  /// The code of an OAuth error (RFC 6749, section 5.2), or empty; AWS has it beside its own.
  private(set) var oauthCode = ""
  private var requestID = ""

  /// Reads an answer, whatever it is.
  init(_ response: borrowing HTTPResponse) {
    response.body.withBytes { body in
      if body.first == UInt8(ascii: "{") { readJSON(body) } else if let xml = XMLTexts(body)?.texts { readXML(xml) }
    }
    // `Code:http://…` in the header of the JSON protocols (Smithy, "Operation error serialization").
    if let type = response.headers["x-amzn-errortype"] { code = String(type.prefix { $0 != ":" }) }
    let headers = response.headers
    requestID = headers["x-amzn-requestid"] ?? headers["x-amz-request-id"] ?? requestID
  }

  /// What to do about the codes that mean the same at every service, or empty
  /// (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html).
  var hint: String {
    switch code {
    case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture":
      "this machine's clock is off by more than AWS accepts: see `timedatectl`"
    case "SignatureDoesNotMatch", "InvalidSignatureException":
      "the secret access key is not the one of this access key id, or this machine's clock is off: see `timedatectl`"
    case "InvalidClientTokenId", "UnrecognizedClientException":
      "AWS does not know the access key: it was deleted or deactivated, or is of another partition"
    case "ExpiredToken", "ExpiredTokenException": "the credentials or token that ask have expired: renew them"
    default: ""
    }
  }

  /// ` (request id …)`, or empty.
  var requestIDWords: String {
    let isPlain = requestID.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    return requestID.isEmpty || requestID.count > 64 || !isPlain ? "" : " (request id \(requestID))"
  }

  private mutating func readXML(_ texts: [String: String]) {
    code = texts["Error/Code"] ?? ""
    message = texts["Error/Message"] ?? ""
    requestID = texts["RequestId"] ?? ""
  }

  private mutating func readJSON(_ body: UnsafeRawBufferPointer) {
    guard let members = try? JSONDecoder().decode([String: LenientText].self, from: Data(body)) else { return }
    func first(_ names: [String]) -> String { names.lazy.compactMap { members[$0]?.text }.first ?? "" }
    // `namespace#Code` in the oldest of the JSON protocols.
    code = first(["__type", "code", "Code", "error"]).split(separator: "#").last.map { String($0) } ?? ""
    oauthCode = first(["error"])
    message = first(["message", "Message", "error_description", "errorMessage"])
  }
}

/// A member that is text, or of no interest.
private struct LenientText: Decodable {
  let text: String?

  init(from decoder: any Decoder) throws {
    text = try? decoder.singleValueContainer().decode(String.self)
  }
}
