import COpenSSL
import Glibc
import KeyModel

/// Makes AWS Signature Version 4 signatures with one set of credentials. It keeps OpenSSL's contexts and the last
/// signing key: a year's keys of one region need 365 of them.
package final class Signer {
  /// The name of the algorithm in requests.
  static let algorithm = "AWS4-HMAC-SHA256"

  let credentials: SigningCredentials
  let digests = Digests()
  private var signingKey = SecretBytes(capacity: Digests.length)
  private var signingKeyScope: CredentialScope?

  /// A signer with credentials.
  package init(_ credentials: consuming SigningCredentials) { self.credentials = credentials }

  /// The access key id that stands in the signatures.
  package var accessKeyID: String { credentials.accessKeyID }
  /// Whether the signatures hold a session token.
  package var isTemporary: Bool { credentials.isTemporary }
  /// Whether AWS's published example credentials sign.
  package var isExample: Bool { credentials.areExample }

  /// The signature of a request, in hexadecimal.
  package func signature(
    of request: CanonicalRequest, query: borrowing QueryParameters, at moment: Timestamp, scope: CredentialScope
  ) -> String {
    useSigningKey(of: scope)
    let text = digests.stringToSign(Self.algorithm, request, query: query, at: moment, scope: scope)
    return signingKey.withBytes { key in
      withUnsafeTemporaryAllocation(byteCount: Digests.length, alignment: 8) { place in
        digests.hmac(key: key, Array(text.utf8), into: place)
        return hexadecimal(place)
      }
    }
  }

  /// The SHA-256 of bytes, in hexadecimal.
  package func payloadHash(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { hexadecimal(digests.sha256($0)) } }

  /// The first 16 hexadecimal digits of a key's SHA-256: its fingerprint.
  package func fingerprint(_ key: borrowing SecretBytes) -> String { digests.fingerprint(key) }

  /// Derives the signing key unless the last one will do: HMAC over HMAC of date, region, service and `aws4_request`,
  /// beginning with `AWS4` and the secret access key.
  private func useSigningKey(of scope: CredentialScope) {
    guard scope != signingKeyScope else { return }
    var secret = SecretBytes(capacity: 4 + credentials.secretAccessKey.count)
    secret.append(contentsOf: "AWS4".utf8)
    credentials.secretAccessKey.withBytes { secret.append(contentsOf: $0) }
    withUnsafeTemporaryAllocation(byteCount: Digests.length, alignment: 8) { place in
      secret.withBytes { digests.hmac(key: $0, Array(scope.date.utf8), into: place) }
      for part in [scope.region, scope.service, "aws4_request"] {
        digests.hmac(key: UnsafeRawBufferPointer(place), Array(part.utf8), into: place)
      }
      signingKey = SecretBytes(copying: place)
      if let address = place.baseAddress { explicit_bzero(address, place.count) }
    }
    signingKeyScope = scope
  }
}

/// The fingerprint of a key that nobody here signed: the first 16 hexadecimal digits of its SHA-256.
package func fingerprint(of key: borrowing SecretBytes) -> String { Digests().fingerprint(key) }

extension Digests {
  fileprivate func fingerprint(_ key: borrowing SecretBytes) -> String {
    key.withBytes { String(hexadecimal(sha256($0)).prefix(16)) }
  }
}
