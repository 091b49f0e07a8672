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

/// A signature in headers: who signs, by which algorithm, and what it is good for.
struct HeaderSignature {
  /// The algorithm's name.
  let algorithm: String
  /// The access key id, or what stands in its place.
  let signer: String
  /// The credential scope.
  let scope: CredentialScope
}

extension HeaderSignature {
  /// The headers that make a request a signed one: those that are added, then `Authorization`; `sign` makes the
  /// signature in hexadecimal.
  func headers<E: Error>(
    of request: SignableRequest, adding added: [(name: String, value: String)], _ digests: Digests,
    _ sign: (CanonicalRequest, borrowing QueryParameters) throws(E) -> String
  ) throws(E) -> [(name: String, value: String)] {
    let canonical = CanonicalRequest(
      method: request.method, path: request.path, headers: request.headers + added,
      payloadHash: request.body.withUnsafeBytes { hexadecimal(digests.sha256($0)) })
    var query = QueryParameters(
      capacity: request.parameters.reduce(16) { $0 + $1.name.utf8.count + $1.value.utf8.count + 1 })
    for parameter in request.parameters { query.append(parameter.name, parameter.value) }
    let signature = try sign(canonical, query)
    let value =
      "\(algorithm) Credential=\(signer)/\(scope.text), SignedHeaders=\(canonical.signedHeaders), "
      + "Signature=\(signature)"
    return added + [(name: "Authorization", value: value)]
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
    let form = HeaderSignature(algorithm: Self.algorithm, signer: accessKeyID, scope: scope)
    return form.headers(of: request, adding: added, digests) {
      signature(of: $0, query: $1, at: moment, scope: scope)
    }
  }
}
