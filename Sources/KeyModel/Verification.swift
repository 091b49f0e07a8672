/// Whether a key is tried on Bedrock before it is published; the raw values are the words of the configuration.
package enum VerificationPolicy: String, Sendable {
  /// It is not tried.
  case off
  /// It is tried, and published whatever comes of it.
  case warn
  /// It is published if Bedrock takes it.
  case require
}

/// What came of trying a key on Bedrock.
package enum Verification: Hashable, Sendable {
  /// Bedrock takes it.
  case accepted
  /// Bedrock says no to the key itself: who uses it is refused, too.
  case refused(Failure)
  /// Nobody knows: no answer, or one that tells nothing of the key.
  case inconclusive(Failure)

  /// Why a key is not known to work.
  package struct Doubt: Hashable, Sendable {
    /// Whether Bedrock refused it.
    package let isRefusal: Bool
    /// The words.
    package let failure: Failure
  }

  /// Why the key is not known to work; nil where it is.
  package var doubt: Doubt? {
    switch self {
    case .accepted: nil
    case .refused(let failure): Doubt(isRefusal: true, failure: failure)
    case .inconclusive(let failure): Doubt(isRefusal: false, failure: failure)
    }
  }
}
