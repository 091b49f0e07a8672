import KeyModel

/// What status.json says: the state of the daemon, without any secret.
package struct StatusDocument: Sendable {
  /// What is told of one file.
  package struct Output: Sendable {
    /// Its path.
    package var path: String
    /// The word of its format.
    package var format: String
    /// Why it does not hold its key, or nil.
    package var error: String?

    /// An output by its parts.
    package init(path: String, format: String, error: String?) {
      self.path = path
      self.format = format
      self.error = error
    }
  }

  /// The word for how a key is.
  package enum State: String, Sendable {
    /// It was not issued yet.
    case pending
    /// It lives.
    case valid
    /// The last attempt failed; the published key may live.
    case failing
    /// The published key is dead.
    case expired
    /// It lives, but AWS's published example credentials signed it.
    case example
    /// A rotation's answer was lost.
    case ambiguous
  }

  /// What is told of one key.
  package struct Key: Sendable {
    /// Its name.
    package var name: KeyName
    /// Short-term or long-term.
    package var type: KeyType
    /// Its state.
    package var state: State
    /// Whether readiness waits for it.
    package var required: Bool
    /// The region, as issued, else as configured, else empty.
    package var region: String
    /// What is known of the published key.
    package var receipt: KeyReceipt?
    /// The effective renewal window.
    package var window: Duration?
    /// When it is renewed next.
    package var nextRenewal: Timestamp?
    /// How many attempts failed in a row.
    package var failures: Int
    /// Why the last one failed.
    package var lastError: String?
    /// Its files.
    package var outputs: [Output]

    /// A key by its parts, in the order of the properties.
    package init(
      name: KeyName, type: KeyType = .shortTerm, state: State, required: Bool, region: String, receipt: KeyReceipt?,
      window: Duration?,
      nextRenewal: Timestamp?, failures: Int, lastError: String?, outputs: [Output]
    ) {
      self.name = name
      self.type = type
      self.state = state
      self.required = required
      self.region = region
      self.receipt = receipt
      self.window = window
      self.nextRenewal = nextRenewal
      self.failures = failures
      self.lastError = lastError
      self.outputs = outputs
    }
  }

  /// The daemon's process id.
  package var pid: Int32
  /// When it started.
  package var started: Timestamp
  /// Whether a required key has no live file.
  package var isDegraded: Bool
  /// How far AWS's clock is ahead of ours, as learned: times of keys are AWS's.
  package var clockSkew: Duration
  /// The enabled keys.
  package var keys: [Key]

  /// A document by its parts.
  package init(pid: Int32, started: Timestamp, isDegraded: Bool, clockSkew: Duration = .zero, keys: [Key]) {
    self.pid = pid
    self.started = started
    self.isDegraded = isDegraded
    self.clockSkew = clockSkew
    self.keys = keys
  }

  /// The document as one line of JSON.
  package var json: String {
    var text = ""
    let document = JSONText.object([
      ("version", .number(1)), ("pid", .number(Int64(pid))), ("started", .text(started.rfc3339)),
      ("degraded", .flag(isDegraded)), ("clock_skew", .number(clockSkew.wholeSeconds)),
      ("keys", .list(keys.map(\.json))),
    ])
    document.write(to: &text)
    return text + "\n"
  }
}

extension StatusDocument.Key {
  fileprivate var json: JSONText {
    .object([
      ("name", .text(name.text)), ("type", .text(type.rawValue)),
      ("required", .flag(required)), ("region", .text(region)), ("state", .text(state.rawValue)),
      ("issued", .optional(receipt?.issued.rfc3339)), ("expires", .optional(receipt?.expires?.rfc3339)),
      ("expires_known", .flag(receipt?.expiresKnown ?? false)),
      ("renew_before", window.map { .number($0.wholeSeconds) } ?? .null),
      ("next_renewal", .optional(nextRenewal?.rfc3339)),
      ("credential_source", .optional(receipt?.credentialSource.rawValue)),
      ("fingerprint", .optional(receipt?.fingerprint)), ("failures", .number(Int64(failures))),
      ("last_error", .optional(lastError)), ("outputs", .list(outputs.map(\.json))),
    ])
  }
}

extension StatusDocument.Output {
  fileprivate var json: JSONText {
    .object([("path", .text(path)), ("format", .text(format)), ("error", .optional(error))])
  }
}
