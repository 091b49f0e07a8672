import KeyModel
import ProcessMessages

/// What an output holds: rendered once, into memory that is wiped. A new format is one file under Formats/ and one line
/// here.
package func render(
  _ key: borrowing SecretBytes, _ receipt: KeyReceipt, as format: OutputSettings.Format
) -> SecretBytes {
  switch format {
  case .env(let variables, let constants): renderEnv(key, variables: variables, constants: constants)
  case .token: renderToken(key)
  case .json: renderJSON(key, receipt)
  }
}

extension SecretBytes {
  /// Adds the bytes of another secret; the caller has made room for them.
  mutating func append(_ other: borrowing SecretBytes) {
    other.withBytes { append(contentsOf: $0) }
  }
}
