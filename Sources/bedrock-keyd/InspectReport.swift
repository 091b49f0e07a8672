import Issuing
import KeyModel

/// What is said of an inspected key.
struct InspectReport {
  let key: InspectedKey
  /// What the daemon knows of it, if it keeps it.
  let receipt: KeyReceipt?
  let now: Timestamp

  /// When it really ends; nil where that is not known: it never ends, or temporary credentials signed it.
  private var realEnd: Timestamp? {
    if let receipt { return receipt.expiresKnown ? receipt.expires : nil }
    return key.isTemporary ? nil : key.expires
  }

  /// What is left at most.
  private var left: Duration? { (realEnd ?? key.expires).map { max(.zero, $0 - now) } }

  /// Nil for a long-term key, which does not tell.
  private var isLive: Bool? {
    guard let issued = key.issued, let left else { return nil }
    return left > .zero && issued <= now + KeyReceipt.toleratedFuture
  }

  /// One line for each thing that is known.
  var lines: [String] {
    var rows: [(String, String)] = [("kind", kind)]
    rows += [
      ("access key id", key.accessKeyID), ("service user name", key.serviceUserName), ("account", key.account),
      ("region", key.region), ("signed at", key.issued?.rfc3339), ("expires", expiration), ("left", remaining),
    ].compactMap { name, value in value.map { (name, $0) } }
    if key.type == .shortTerm {
      rows.append(("signature", "redacted"))
      rows.append(("session token", key.isTemporary ? "redacted" : "none"))
    } else {
      rows.append(("secret", "redacted"))
    }
    if key.isExample { rows.append(("note", "signed with AWS's published example credentials: Bedrock refuses it")) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { $0.0 + ":" + String(repeating: " ", count: width - $0.0.count + 1) + $0.1 }
  }

  private var kind: String {
    switch (key.type, key.family) {
    case (.longTerm, _): "long-term Amazon Bedrock API key"
    case (.shortTerm, .claudePlatform?): "short-term API key of Claude Platform on AWS"
    case (.shortTerm, _): "short-term Amazon Bedrock API key"
    }
  }

  private var expiration: String? {
    guard let own = key.expires else { return key.type == .longTerm ? "the key does not tell" : nil }
    guard let realEnd else {
      return "\(own.rfc3339), or with the temporary credentials that signed it, whose end is not known"
    }
    return realEnd < own
      ? "\(realEnd.rfc3339), with the credentials that signed it (by itself \(own.rfc3339))" : realEnd.rfc3339
  }

  private var remaining: String? {
    guard let left, let isLive else { return nil }
    if !isLive { return left == .zero ? "nothing, it is dead" : "it is signed in the future" }
    return realEnd == nil ? "at most \(left.words)" : left.words
  }

  /// The same as one object; what is not known is null.
  var json: String {
    get throws(Failure) {
      let document = Document(
        type: key.type.rawValue, family: key.family?.rawValue, accessKeyID: key.accessKeyID,
        serviceUserName: key.serviceUserName, account: key.account, region: key.region, issued: key.issued?.rfc3339,
        expires: key.expires?.rfc3339, realExpires: realEnd?.rfc3339, left: left?.wholeSeconds, live: isLive,
        temporaryCredentials: key.type == .shortTerm ? key.isTemporary : nil, example: key.isExample)
      return try jsonResult(document, "the key")
    }
  }

  private struct Document: Encodable {
    let type: String
    let family, accessKeyID, serviceUserName, account, region, issued, expires, realExpires: String?
    let left: Int64?
    let live, temporaryCredentials: Bool?
    let example: Bool

    enum CodingKeys: String, CodingKey {
      case type, family, account, region, issued, expires, left, live, example
      case accessKeyID = "access_key_id"
      case serviceUserName = "service_user_name"
      case realExpires = "real_expires"
      case temporaryCredentials = "temporary_credentials"
    }

    /// Written out, because what is nil is to be there as null.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(type, forKey: .type)
      try container.encode(family, forKey: .family)
      try container.encode(accessKeyID, forKey: .accessKeyID)
      try container.encode(serviceUserName, forKey: .serviceUserName)
      try container.encode(account, forKey: .account)
      try container.encode(region, forKey: .region)
      try container.encode(issued, forKey: .issued)
      try container.encode(expires, forKey: .expires)
      try container.encode(realExpires, forKey: .realExpires)
      try container.encode(left, forKey: .left)
      try container.encode(live, forKey: .live)
      try container.encode(temporaryCredentials, forKey: .temporaryCredentials)
      try container.encode(example, forKey: .example)
    }
  }
}
