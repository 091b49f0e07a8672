import AWSCredentials
import KeyModel
import SigV4

/// An issued key and what is known of it.
package struct IssuedKey: ~Copyable {
  /// What is known of it.
  package let receipt: KeyReceipt
  /// The key.
  package let key: SecretBytes
}

/// Issues short-term keys with one set of credentials.
struct ShortTermIssuer {
  /// The lives AWS allows: X-Amz-Expires of 1 to 43,200 seconds.
  static let lifetimes: ClosedRange<Duration> = .seconds(1) ... .seconds(43_200)

  private let signer: Signer
  private let expiration: Timestamp?
  private let source: CredentialSource
  private let account: String

  /// An issuer with credentials.
  init(_ credentials: consuming Credentials) {
    expiration = credentials.expiration
    source = credentials.source
    account = credentials.account
    signer = credentials.makeSigner()
  }

  /// Issues a key by AWS's clock. It dies with the credentials that signed it, if they die first.
  func issue(
    _ family: KeyFamily = .bedrock, region: Region, lifetime: Duration, at moment: Timestamp,
    settingsDigest: String = ""
  ) throws(Failure) -> IssuedKey {
    guard Self.lifetimes.contains(lifetime) else {
      throw Failure(.misconfigured, "cannot issue a key for \(lifetime.setting): AWS allows 1s to 12h")
    }
    let issued = moment.wholeSecond
    if let expiration, expiration <= issued {
      throw Failure(.unreachable, "cannot issue a key: the credentials expired at \(expiration.rfc3339)")
    }
    let end = issued + .seconds(lifetime.wholeSeconds)
    let key = signer.shortTermKey(family, region: region, at: issued, lifetime: lifetime)
    let receipt = KeyReceipt(
      fingerprint: signer.fingerprint(key), issued: issued, expires: expiration.map { min($0, end) } ?? end,
      expiresKnown: !(signer.isTemporary && expiration == nil), region: region.name, type: .shortTerm,
      credentialSource: source, account: account, isExample: signer.isExample, settingsDigest: settingsDigest)
    return IssuedKey(receipt: receipt, key: key)
  }
}
