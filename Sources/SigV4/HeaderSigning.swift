import KeyModel

/// A request that is signed in its headers.
package struct SignableRequest {
  /// GET, POST, PUT…
  package var method: String
  /// The path, as it is sent.
  package var path: String
  /// The parameters of the query, not encoded.
  package var parameters: [(name: String, value: String)]
  /// The headers to sign, `host` among them.
  package var headers: [(name: String, value: String)]
  /// The body.
  package var body: [UInt8]

  /// A request by its parts.
  package init(
    method: String, path: String = "/", parameters: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)], body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.parameters = parameters
    self.headers = headers
    self.body = body
  }
}

extension Signer {
  /// The headers that make a request a signed one: `X-Amz-Date`, `X-Amz-Security-Token` for temporary credentials, and
  /// `Authorization`. They carry the session token, which is why they belong to one request and no log.
  package func signingHeaders(
    _ request: SignableRequest, region: String, service: String, at moment: Timestamp
  ) -> [(name: String, value: String)] {
    let scope = CredentialScope(at: moment, region: region, service: service)
    var added = [(name: "X-Amz-Date", value: moment.amzDate)]
    if isTemporary {
      let token = credentials.sessionToken.withBytes { String(decoding: $0, as: UTF8.self) }
      added.append((name: "X-Amz-Security-Token", value: token))
    }
    let canonical = CanonicalRequest(
      method: request.method, path: request.path, headers: request.headers + added,
      payloadHash: payloadHash(request.body))
    var query = QueryParameters(
      capacity: request.parameters.reduce(16) { $0 + $1.name.utf8.count + $1.value.utf8.count + 1 })
    for parameter in request.parameters { query.append(parameter.name, parameter.value) }
    let signature = signature(of: canonical, query: query, at: moment, scope: scope)
    let credential = "Credential=\(accessKeyID)/\(scope.text)"
    let authorization =
      "\(Self.algorithm) \(credential), SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
    return added + [(name: "Authorization", value: authorization)]
  }
}
