/// The candidate that a mistyped word most likely meant: the one with the fewest edits, at most a third of its length;
/// nil where none is near.
package func nearMatch(_ word: String, among candidates: some Sequence<String>) -> String? {
  let scored = candidates.map { (edits(Array(word.utf8), Array($0.utf8)), $0) }
  guard let best = scored.min(by: { $0.0 < $1.0 }), best.0 <= max(1, best.1.utf8.count / 3) else { return nil }
  return best.1
}

/// The Levenshtein distance of two words.
private func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var previous = Array(0...right.count)
  for (row, leftByte) in left.enumerated() {
    var current = [row + 1]
    for (column, rightByte) in right.enumerated() {
      let replaced = previous[column] + (leftByte == rightByte ? 0 : 1)
      current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[right.count]
}
