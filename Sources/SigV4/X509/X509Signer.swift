import KeyModel

/// Signs requests with the private key of a certificate, as IAM Roles Anywhere wants it
/// (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html).
package final class X509Signer {
  /// How many certificates may stand in X-Amz-X509-Chain (user guide, "authentication").
  static let longestChain = 5

  private let certificate: Certificate
  private let chain: [Certificate]
  private let key: PrivateKey
  private let digests = Digests()

  /// A signer with a certificate, the private key it belongs to, and the certificates between it and the trust anchor:
  /// the certificate itself and roots among those are left out. Throws where too many are left.
  package init(
    _ certificate: Certificate, key: PrivateKey, intermediates: [Certificate]
  ) throws(SigningFileError) {
    self.certificate = certificate
    self.key = key
    chain = intermediates.filter { !$0.isSelfIssued && !$0.equals(certificate) }
    guard chain.count <= Self.longestChain else {
      throw SigningFileError(
        "it holds \(chain.count) intermediate certificates, and IAM Roles Anywhere takes \(Self.longestChain) at most",
        hint: "keep those between the certificate and the trust anchor")
    }
  }

  /// The headers that make a request a signed one: `X-Amz-Date`, `X-Amz-X509`, `X-Amz-X509-Chain` where there are
  /// intermediates, and `Authorization`.
  package func signingHeaders(
    _ request: SignableRequest, region: String, service: String, at moment: Timestamp
  ) throws(SigningFileError) -> [(name: String, value: String)] {
    let form = HeaderSignature(
      algorithm: algorithm, signer: certificate.serialNumber,
      scope: CredentialScope(at: moment, region: region, service: service))
    var added = [(name: "X-Amz-Date", value: moment.amzDate), (name: "X-Amz-X509", value: certificate.base64)]
    if !chain.isEmpty {
      added.append((name: "X-Amz-X509-Chain", value: chain.map(\.base64).joined(separator: ",")))
    }
    return try form.headers(of: request, adding: added, digests) {
      (canonical, query) throws(SigningFileError) in
      let text = digests.stringToSign(form.algorithm, canonical, query: query, at: moment, scope: form.scope)
      return hexadecimal(try key.signature(of: Array(text.utf8)))
    }
  }

  private var algorithm: String {
    switch key.kind {
    case .rsa: "AWS4-X509-RSA-SHA256"
    case .ec: "AWS4-X509-ECDSA-SHA256"
    }
  }
}
