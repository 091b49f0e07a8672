/// The texts of an XML answer by their elements' path without the outermost one: `AssumeRoleResult/Credentials/…`.
package struct XMLTexts {
  /// The texts by path; of several of one path the first counts.
  package private(set) var texts: [String: String] = [:]

  private var elements: [(path: String, text: String)] = []

  /// Parses an answer by libexpat; nil where it is not well formed. Documents with a type declaration are refused: AWS
  /// sends none, and entities are how XML grows without end.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    var parsing = XMLParsing(secret: nil)
    guard parsing.parse(bytes) else { return nil }
    self = parsing.texts
  }

  /// No texts yet.
  init() {}

  /// The elements of one path, each as its own texts by their path below it: the members of a list.
  package func members(of path: String) -> [[String: String]] {
    var members: [[String: String]] = []
    var member: [String: String] = [:]
    // An element ends after everything within it.
    for element in elements {
      if element.path == path {
        members.append(member)
        member = [:]
      } else if element.path.hasPrefix(path + "/") {
        let name = String(element.path.dropFirst(path.count + 1))
        if member[name] == nil { member[name] = element.text }
      }
    }
    return members
  }

  /// Takes the text of an element that ends.
  mutating func append(_ path: String, _ text: String) {
    if texts[path] == nil { texts[path] = text }
    elements.append((path, text))
  }
}
