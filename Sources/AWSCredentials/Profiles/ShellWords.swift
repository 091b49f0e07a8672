/// Splits a text into words as a POSIX shell does, without any expansion: the rules of Python's shlex.split, which
/// botocore applies to credential_process and to section names. Nil where a quote or a backslash has no end.
package func shellWords(_ text: String) -> [String]? {
  var splitter = WordSplitter(rest: text[...].unicodeScalars)
  return splitter.split()
}

private struct WordSplitter {
  var rest: Substring.UnicodeScalarView
  var words: [String] = []
  /// The word that has begun; an empty pair of quotes begins one, too.
  var word: String.UnicodeScalarView?

  mutating func split() -> [String]? {
    while let scalar = rest.popFirst() {
      switch scalar {
      case " ", "\t", "\r", "\n": endWord()
      case "'", "\"": guard takeQuoted(until: scalar) else { return nil }
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        append(next)
      default: append(scalar)
      }
    }
    endWord()
    return words
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    word = word ?? String.UnicodeScalarView()
    word?.append(scalar)
  }

  private mutating func endWord() {
    if let word { words.append(String(word)) }
    word = nil
  }

  /// Takes what stands in quotes, and the closing one; false where it is missing.
  private mutating func takeQuoted(until quote: Unicode.Scalar) -> Bool {
    word = word ?? String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == quote { return true }
      guard scalar == "\\", quote == "\"" else {
        append(scalar)
        continue
      }
      // Within double quotes a backslash escapes only itself and the quote.
      guard let next = rest.popFirst() else { return false }
      if next != "\\" && next != "\"" { append("\\") }
      append(next)
    }
    return false
  }
}
