import KeyModel

/// One HTTP request. Its headers and body may hold secrets: it is sent, never shown.
package struct HTTPRequest: Sendable {
  /// GET, POST, PUT…
  package var method: String
  /// The whole URL, http or https.
  package var url: String
  /// The headers; `Host` and `Content-Length` come by themselves.
  package var headers: [(name: String, value: String)] = []
  /// One more header, which holds a secret; nil for none.
  package var secretHeader: SecretHeader?
  /// The body.
  package var body: [UInt8] = []
  /// How long a connection may take.
  package var connectTimeout: Duration
  /// How long the whole exchange may take.
  package var timeout: Duration
  /// How many bytes the answer's body may have.
  package var bodyLimit = 1_048_576
  /// Whether a connection of its own is made for it. libcurl sends a request again by itself where a connection of an
  /// earlier one was closed before an answer came, whatever the server had done by then (libcurl, `Curl_retry_request`).
  package var hasOwnConnection = false
  /// The proxy's URL; nil for none. Nothing is taken from the environment here.
  package var proxy: String?
  /// A file of certificates to trust instead of the system's.
  package var certificates: String?

  /// A request; what is not named keeps its default.
  package init(_ method: String, _ url: String, connectTimeout: Duration, timeout: Duration) {
    self.method = method
    self.url = url
    self.connectTimeout = connectTimeout
    self.timeout = timeout
  }
}
