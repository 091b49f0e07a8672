import COpenSSL
import Glibc
import KeyModel

/// An X.509 certificate (RFC 5280).
package final class Certificate {
  private let certificate: OpaquePointer

  /// Takes over what OpenSSL read.
  init(owning certificate: OpaquePointer) { self.certificate = certificate }

  deinit { X509_free(certificate) }

  /// Standard base64 of its DER form.
  var base64: String {
    let length = i2d_X509(certificate, nil)
    var der = [UInt8](repeating: 0, count: Int(max(0, length)))
    der.withUnsafeMutableBufferPointer { place in
      var start = place.baseAddress
      _ = i2d_X509(certificate, &start)
    }
    var writer = Base64Writer(appendingTo: SecretBytes(capacity: Base64Writer.length(of: der.count)))
    der.withUnsafeBytes { writer.append($0) }
    return writer.finish().withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The serial number in decimal.
  var serialNumber: String {
    guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil), let text = BN_bn2dec(number)
    else { fatalError("cannot read a serial number: OpenSSL has no memory") }
    defer {
      BN_free(number)
      CRYPTO_free(text, #fileID, Int32(#line))
    }
    return String(cString: text)
  }

  /// From when on it is valid; nil where it does not say so in a known form.
  package var begin: Timestamp? { Self.timestamp(X509_get0_notBefore(certificate)) }

  /// Until when it is valid; nil where it does not say so in a known form.
  package var end: Timestamp? { Self.timestamp(X509_get0_notAfter(certificate)) }

  /// Whether its subject is its issuer, as that of a root is.
  var isSelfIssued: Bool {
    X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0
  }

  /// Whether it is for this private key.
  package func belongs(to key: PrivateKey) -> Bool {
    defer { ERR_clear_error() }
    return X509_check_private_key(certificate, key.key) == 1
  }

  /// Whether it is the same as another one.
  func equals(_ other: Certificate) -> Bool { X509_cmp(certificate, other.certificate) == 0 }

  /// What keeps IAM Roles Anywhere from taking it for a signer's (user guide, "trust model", "signature validation"):
  /// it must be of version 3, no authority's, and meant for digital signatures.
  package var shortcomings: [String] {
    var found: [String] = []
    // The field counts from 0.
    if X509_get_version(certificate) != 2 { found.append("it is not of version 3") }
    if X509_check_ca(certificate) != 0 { found.append("it is an authority's (CA:TRUE)") }
    // All bits where there is no such extension (X509_get_key_usage(3)).
    let usage = X509_get_key_usage(certificate)
    if usage == UInt32.max || usage & UInt32(KU_DIGITAL_SIGNATURE) == 0 {
      found.append("its key usage is not digitalSignature")
    }
    return found
  }

  private static func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
    var fields = tm()
    guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else { return nil }
    return Timestamp(seconds: Int64(timegm(&fields)))
  }
}
