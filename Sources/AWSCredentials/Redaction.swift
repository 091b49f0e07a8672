/// One line of what others wrote, fit for a message: without control characters, at most 200 characters, and without
/// anything that could be a secret. Runs of 16 or more letters, digits and `/+=_-` that mix kinds are taken for one.
package func redactedLine(_ bytes: some Sequence<UInt8>) -> String {
  let text = String(decoding: Array(bytes), as: UTF8.self)
  let lines = text.split(whereSeparator: \.isNewline).map { $0.filter { !isControl($0) } }
  guard let last = lines.last(where: { $0.contains { !$0.isWhitespace } }) else { return "" }
  var result = ""
  var run = ""
  func isPart(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "/+=_-".contains(character))
  }
  for character in last + "\n" {
    if isPart(character) {
      run.append(character)
      continue
    }
    result += looksSecret(run) ? "[redacted]" : run
    run = ""
    result.append(character)
  }
  let line = result.dropLast()
  return line.count > 200 ? line.prefix(200) + "…" : String(line)
}

private func isControl(_ character: Character) -> Bool {
  character.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
}

/// Long runs are secrets unless they are plainly words: letters of one case (a path, an option, a host's part) with
/// nothing but separators between.
private func looksSecret(_ run: String) -> Bool {
  guard run.utf8.count >= 16 else { return false }
  let hasDigit = run.contains(where: \.isNumber)
  let hasUpper = run.contains(where: \.isUppercase)
  let hasLower = run.contains(where: \.isLowercase)
  // `AccessDeniedException` is a word: upper-case letters only where words begin, and no digit.
  let words = run.split(whereSeparator: { !$0.isLetter })
  let isCamel = !hasDigit && words.allSatisfy { isWord($0) }
  return !(isCamel || (!hasDigit && hasUpper != hasLower))
}

private func isWord(_ word: Substring) -> Bool {
  let starts = word.filter(\.isUppercase).count
  return starts * 3 <= word.count
}
