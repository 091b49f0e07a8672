import KeyModel

/// One line for operators, with the fields that health checks read. Never holds a secret.
package struct JournalEntry: Hashable, Sendable {
  /// What happened.
  package var event: JournalEvent
  /// How important it is.
  package var level: LogLevel
  /// One line.
  package var message: String
  /// BEDROCK_KEY, if it is about one key.
  package var key: KeyName?
  /// BEDROCK_REGION, BEDROCK_EXPIRES and BEDROCK_CREDENTIAL_SOURCE, if a key is known.
  package var receipt: KeyReceipt?
  /// BEDROCK_NEXT_RENEWAL.
  package var nextRenewal: Timestamp?
  /// BEDROCK_ERROR: the reason, a word of the metrics.
  package var reason: FailureReason?

  /// An entry by its parts.
  package init(
    _ event: JournalEvent, _ level: LogLevel, _ message: String, key: KeyName? = nil, receipt: KeyReceipt? = nil,
    nextRenewal: Timestamp? = nil, reason: FailureReason? = nil
  ) {
    self.event = event
    self.level = level
    self.message = message
    self.key = key
    self.receipt = receipt
    self.nextRenewal = nextRenewal
    self.reason = reason
  }

  /// The `NAME=value` fields of the native journal protocol.
  package var fields: [String] {
    var fields = [
      "MESSAGE=\(message)", "PRIORITY=\(level.priority)", "MESSAGE_ID=\(event.rawValue)",
      "SYSLOG_IDENTIFIER=bedrock-keyd",
    ]
    if let key { fields.append("BEDROCK_KEY=\(key.text)") }
    if let receipt {
      fields.append("BEDROCK_REGION=\(receipt.region)")
      fields.append("BEDROCK_CREDENTIAL_SOURCE=\(receipt.credentialSource.rawValue)")
      if let expires = receipt.expires { fields.append("BEDROCK_EXPIRES=\(expires.rfc3339)") }
    }
    if let nextRenewal { fields.append("BEDROCK_NEXT_RENEWAL=\(nextRenewal.rfc3339)") }
    if let reason { fields.append("BEDROCK_ERROR=\(reason.rawValue)") }
    return fields
  }
}

extension LogLevel {
  /// The syslog(3) priority.
  var priority: Int {
    switch self {
    case .error: 3
    case .warning: 4
    case .info: 6
    case .debug: 7
    }
  }
}
