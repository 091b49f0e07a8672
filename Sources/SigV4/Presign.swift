import KeyModel

/// A request whose signature stands in its query.
package struct PresignRequest: Sendable {
  /// GET, POST…
  package var method: String
  /// The host name, as signed.
  package var host: String
  /// The path.
  package var path: String
  /// The service's signing name.
  package var service: String
  /// The operation's own parameters, which come first.
  package var parameters: [(name: String, value: String)]
  /// The body's hash, or UNSIGNED-PAYLOAD; nil for the hash of an empty body.
  package var payloadHash: String?

  /// A request by its parts, in the order of the properties.
  package init(
    method: String, host: String, path: String = "/", service: String, parameters: [(name: String, value: String)] = []
  ) {
    self.method = method
    self.host = host
    self.path = path
    self.service = service
    self.parameters = parameters
  }
}

/// A presigned query: what follows the `?` but the signature, which follows it as `&X-Amz-Signature=…`.
package struct PresignedQuery: ~Copyable {
  /// The signed parameters.
  package let parameters: QueryParameters
  /// The signature in hexadecimal.
  package let signature: String
}

extension Signer {
  /// Presigns a request for a lifetime in whole seconds, in botocore's order of parameters: the operation's, then
  /// Algorithm, Credential, Date, Expires, SignedHeaders and Security-Token. An empty session token is none.
  package func presign(
    _ request: PresignRequest, region: String, at moment: Timestamp, lifetime: Duration
  ) -> PresignedQuery {
    let scope = CredentialScope(at: moment, region: region, service: request.service)
    let canonical = CanonicalRequest(
      method: request.method, path: request.path, headers: [("host", request.host)],
      payloadHash: request.payloadHash ?? payloadHash([]))
    let operation = request.parameters.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 1 }
    var query = QueryParameters(
      capacity: operation + credentials.sessionToken.count + accessKeyID.utf8.count + scope.text.utf8.count + 256)
    for parameter in request.parameters { query.append(parameter.name, parameter.value) }
    query.append("X-Amz-Algorithm", Self.algorithm)
    query.append("X-Amz-Credential", "\(accessKeyID)/\(scope.text)")
    query.append("X-Amz-Date", moment.amzDate)
    query.append("X-Amz-Expires", String(lifetime.wholeSeconds))
    query.append("X-Amz-SignedHeaders", canonical.signedHeaders)
    if isTemporary { query.append("X-Amz-Security-Token", credentials.sessionToken) }
    let signature = signature(of: canonical, query: query, at: moment, scope: scope)
    return PresignedQuery(parameters: query, signature: signature)
  }
}
