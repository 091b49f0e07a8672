import KeyModel
import SigV4

/// A proof that whoever sends a request has the private key that a refresh token is bound to (RFC 9449, section 4.2).
struct DPoPProof {
  /// The method of the request.
  var method = "POST"
  /// The URL of the request, without a query.
  let url: String
  /// When it is made.
  let issued: Timestamp
  /// Tells it from all others: it counts once.
  let id: String

  /// The token that goes into the header `DPoP`: signed by ES256, with the public key in its header.
  func signed(by key: P256Key) -> String {
    let point = key.publicCoordinates
    let publicKey: JSONObject = [
      "crv": .text("P-256"), "kty": .text("EC"), "x": .text(base64URL(point.x)), "y": .text(base64URL(point.y)),
    ]
    let header: JSONObject = ["alg": .text("ES256"), "jwk": .object(publicKey), "typ": .text("dpop+jwt")]
    let claims: JSONObject = [
      "htm": .text(method), "htu": .text(url), "iat": .integer(issued.seconds), "jti": .text(id),
    ]
    let signed = "\(base64URL(header.encoded)).\(base64URL(claims.encoded))"
    return "\(signed).\(base64URL(key.signature(of: Array(signed.utf8))))"
  }
}
