/// Splits a text into words as a POSIX shell does, without any expansion: the rules of Python's shlex.split, which
/// botocore applies to credential_process and to section names. Nil where a quote or a backslash has no end.
package func shellWords(_ text: String) -> [String]? {
  var words: [String] = []
  var word: String.UnicodeScalarView?
  var quote: Unicode.Scalar?
  var scalars = text.unicodeScalars.makeIterator()
  while let scalar = scalars.next() {
    if let open = quote {
      if scalar == open {
        quote = nil
      } else if scalar == "\\" && open == "\"" {
        // Within double quotes a backslash escapes only itself and the quote.
        guard let next = scalars.next() else { return nil }
        if next != "\\" && next != "\"" { word?.append("\\") }
        word?.append(next)
      } else {
        word?.append(scalar)
      }
      continue
    }
    switch scalar {
    case " ", "\t", "\r", "\n":
      if let ended = word { words.append(String(ended)) }
      word = nil
    case "'", "\"":
      quote = scalar
      word = word ?? String.UnicodeScalarView()
    case "\\":
      guard let next = scalars.next() else { return nil }
      word = word ?? String.UnicodeScalarView()
      word?.append(next)
    default:
      word = word ?? String.UnicodeScalarView()
      word?.append(scalar)
    }
  }
  if quote != nil { return nil }
  if let ended = word { words.append(String(ended)) }
  return words
}
