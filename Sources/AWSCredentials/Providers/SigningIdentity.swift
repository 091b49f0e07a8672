import Glibc
import KeyModel
import LinuxHost
import SigV4

/// The certificate and private key of a `roles_anywhere` table, read and checked. They are read anew for each session:
/// somebody renews certificates.
struct SigningIdentity {
  /// The certificate that signs.
  let certificate: Certificate
  /// Signs with it.
  let signer: X509Signer
  /// Things an operator should know although nothing failed.
  let warnings: [String]

  init(_ settings: RolesAnywhereSettings, _ context: CredentialContext) throws(Failure) {
    let place = "the certificate \(settings.certificate)"
    let all = try Self.certificates(settings.certificate, place, context)
    certificate = all[0]
    try Self.checkValidity(certificate, place, at: context.awsTime)
    let (key, isOpen) = try Self.privateKey(settings.privateKey, context)
    guard certificate.belongs(to: key) else {
      throw Failure(
        .misconfigured, "cannot use \(place): it does not belong to the private key \(settings.privateKey)",
        hint: "both must have been renewed; the first certificate in the file counts")
    }
    let chainPlace = settings.intermediates.map { "the intermediate certificates \($0)" } ?? place
    let chain =
      try settings.intermediates.map { (path) throws(Failure) in try Self.certificates(path, chainPlace, context) }
      ?? Array(all.dropFirst())
    do throws(SigningFileError) {
      signer = try X509Signer(certificate, key: key, intermediates: chain)
    } catch { throw Self.failure(chainPlace, error) }
    let open = "the private key \(settings.privateKey) can be read by every user (run chmod o-r on it)"
    warnings = (isOpen ? [open] : []) + Self.endingSoon(certificate, place, at: context.awsTime)
  }

  private static func certificates(
    _ path: String, _ place: String, _ context: CredentialContext
  ) throws(Failure) -> [Certificate] {
    let file: [UInt8]
    do { file = try context.readFile(path) } catch { throw unreadable(place, error) }
    do throws(SigningFileError) { return try Certificate.all(in: file) } catch { throw failure(place, error) }
  }

  /// The key, and whether every user can read its file.
  private static func privateKey(
    _ path: String, _ context: CredentialContext
  ) throws(Failure) -> (key: PrivateKey, isOpen: Bool) {
    let place = "the private key \(path)"
    let file: SecretFile
    do { file = try context.readSecretFile(path) } catch { throw unreadable(place, error) }
    do throws(SigningFileError) {
      return (try PrivateKey(pem: file.content), file.isReadableByAll)
    } catch { throw failure(place, error) }
  }

  /// A certificate that is not valid yet is AWS's to refuse: our clock may be the one that is wrong, and its answer tells.
  private static func checkValidity(
    _ certificate: Certificate, _ place: String, at moment: Timestamp
  ) throws(Failure) {
    guard let end = certificate.end else {
      throw Failure(.misconfigured, "cannot use \(place): its end cannot be read")
    }
    guard moment < end else {
      throw Failure(
        .misconfigured, "cannot use \(place): it expired at \(end.rfc3339)",
        hint: "renew it; the file is read anew at each attempt")
    }
  }

  /// A warning where less than a tenth of the life is left: what renews certificates does so when a third is (certbot,
  /// step), so it no longer does.
  private static func endingSoon(_ certificate: Certificate, _ place: String, at moment: Timestamp) -> [String] {
    guard let begin = certificate.begin, let end = certificate.end, (end - moment) * 10 < end - begin else { return [] }
    return ["\(place) ends at \(end.rfc3339), and nobody has renewed it"]
  }

  private static func unreadable(_ place: String, _ error: SystemError) -> Failure {
    let hint = error.code == EACCES ? "the user it runs as must be able to read it" : ""
    return Failure(.misconfigured, "cannot read \(place): \(error.reason)", hint: hint)
  }

  private static func failure(_ place: String, _ error: SigningFileError) -> Failure {
    Failure(.misconfigured, "cannot use \(place): \(error.reason)", hint: error.hint)
  }
}
