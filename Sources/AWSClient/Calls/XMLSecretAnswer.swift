import KeyModel

/// An XML answer that holds a secret: its text goes from the parser straight into wiped memory and is not among the others.
package struct XMLSecretAnswer: ~Copyable {
  /// The other texts.
  package let texts: XMLTexts
  /// The secret; empty where the answer has none.
  package let secret: SecretBytes

  /// Parses an answer; `path` is that of the secret's element, as XMLTexts has it. Nil where the answer is not well
  /// formed, or has more than one secret.
  package init?(_ bytes: UnsafeRawBufferPointer, secret path: String) {
    var parsing = XMLParsing(secret: path)
    guard parsing.parse(bytes) else { return nil }
    texts = parsing.texts
    secret = parsing.takeSecret()
  }

  /// The secret alone.
  package consuming func takeSecret() -> SecretBytes { secret }
}
