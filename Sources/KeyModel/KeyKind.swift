/// The two types of API key that Amazon Bedrock knows.
package enum KeyType: String, Sendable, CaseIterable {
  /// A presigned request, at most 12 hours alive.
  case shortTerm = "short-term"
  /// An IAM service-specific credential.
  case longTerm = "long-term"
}

/// The service family a short-term key is for.
package enum KeyFamily: String, Sendable, CaseIterable {
  /// Amazon Bedrock.
  case bedrock
  /// Claude Platform on AWS.
  case claudePlatform = "claude-platform"
}

/// Where credentials came from; the raw values stand in status.json and the journal.
package enum CredentialSource: String, Sendable, CaseIterable {
  case environment
  case profile
  case assumeRole = "assume-role"
  case webIdentity = "web-identity"
  case sso
  case login
  case credentialProcess = "credential-process"
  case container
  case instanceMetadata = "instance-metadata"
  case rolesAnywhere = "roles-anywhere"
}

/// Why an attempt failed; the raw values are the `reason` label of the metrics.
package enum FailureReason: String, Sendable, CaseIterable {
  /// AWS said no.
  case denied
  /// AWS said not so fast.
  case throttled
  /// Nothing answered.
  case unreachable
  /// Something answered too late.
  case timeout
  /// A person has to log in.
  case needsLogin = "needs_login"
  /// A setting or file is wrong, or nothing is configured.
  case misconfigured
  /// Our own fault.
  case `internal`
}

/// How much is reported; the lower raw value is the more important.
package enum LogLevel: Int, Sendable, CaseIterable, Comparable {
  case error
  case warning
  case info
  case debug

  /// The more important level comes first.
  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

  /// The word of the configuration.
  package var word: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .info: "info"
    case .debug: "debug"
    }
  }
}
