import KeyModel

/// Why an HTTP exchange gave no answer.
package struct HTTPFailure: Error, Hashable, Sendable {
  /// What happened.
  package enum Kind: Hashable, Sendable {
    /// libcurl is missing.
    case noLibrary
    /// Nobody answered.
    case unreachable
    /// The time was over.
    case timeout
    /// The server's certificate or its TLS is not to be trusted.
    case untrusted
    /// The answer is longer than it may be.
    case tooLong
    /// The answer is not HTTP, or ended too early.
    case garbage
    /// The request cannot be made as it stands.
    case impossible
  }

  /// What happened.
  package var kind: Kind
  /// Whether a connection was there before it happened.
  package var connected: Bool
  /// libcurl's words, lower case.
  package var words: String
  /// The proxy that was asked, without user name and password; nil for none.
  package var proxy: String?
  /// Whether the proxy asked for a user name and password, or for others (status 407).
  package var isProxyLogin = false

  /// A failure by its parts.
  package init(_ kind: Kind, connected: Bool = false, words: String) {
    self.kind = kind
    self.connected = connected
    self.words = words
  }

  /// The reason as it is reported and counted.
  package var reason: FailureReason {
    if isProxyLogin { return .misconfigured }
    return switch kind {
    case .noLibrary, .impossible, .untrusted: .misconfigured
    case .unreachable, .tooLong, .garbage: .unreachable
    case .timeout: .timeout
    }
  }

  /// What to do about it, or empty.
  package var hint: String {
    if isProxyLogin, let proxy {
      return "the proxy \(proxy) wants a user name and password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
    }
    return switch kind {
    case .noLibrary: "install libcurl4"
    // The words of OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED.
    case .untrusted where words.contains("not yet valid") || words.contains("has expired"):
      "check the clock of this machine, then the server's certificate"
    case .untrusted: "name the certificate authority's file in AWS_CA_BUNDLE"
    case .unreachable, .timeout: wayHint
    case .tooLong, .garbage, .impossible: ""
    }
  }

  private var wayHint: String {
    if let proxy { return "it was asked through the proxy \(proxy): check HTTPS_PROXY, or list the host in NO_PROXY" }
    // libcurl's words (curl_easy_strerror(3)); most endpoints have the region in their name.
    return words.hasPrefix("could not resolve host") ? "check how the region is written, and DNS on this machine" : ""
  }

  /// Whether the request may have reached the server all the same.
  package var mayHaveBeenSent: Bool {
    // A proxy that wants a login has passed nothing on; without a library there is no connection, and without trust
    // nothing goes over one.
    if isProxyLogin { return false }
    return switch kind {
    case .noLibrary, .untrusted: false
    case .unreachable, .timeout, .tooLong, .garbage, .impossible: connected
    }
  }

  /// Whether asking again may help.
  package var isTransient: Bool {
    switch kind {
    case .unreachable, .timeout, .garbage: !isProxyLogin
    case .noLibrary, .untrusted, .tooLong, .impossible: false
    }
  }
}
