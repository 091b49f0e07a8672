import CExpat
import Glibc

/// The texts of an XML answer by their elements' path without the outermost one: `AssumeRoleResult/Credentials/…`. Of
/// several of one path the first counts.
package struct XMLTexts {
  /// The texts by path.
  package private(set) var texts: [String: String] = [:]

  private var path: [String] = []
  private var text = ""

  /// Parses an answer by libexpat; nil where it is not well formed. Documents with a type declaration are refused: AWS
  /// sends none, and entities are how XML grows without end.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let parser = XML_ParserCreate(nil), bytes.count <= 1_048_576 else { return nil }
    defer { XML_ParserFree(parser) }
    var result = XMLTexts()
    let parsed = withUnsafeMutablePointer(to: &result) { place in
      XML_SetUserData(parser, place)
      XML_SetElementHandler(
        parser, { target, name, _ in XMLTexts.of(target)?.pointee.open(name) },
        { target, _ in XMLTexts.of(target)?.pointee.close() })
      XML_SetCharacterDataHandler(parser) { target, start, length in
        guard let start else { return }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(length))
        XMLTexts.of(target)?.pointee.text += String(decoding: bytes, as: UTF8.self)
      }
      XML_SetStartDoctypeDeclHandler(parser) { target, _, _, _, _ in
        XMLTexts.of(target)?.pointee.hasDoctype = true
      }
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return XML_Parse(parser, start, Int32(bytes.count), 1) == XML_STATUS_OK
    }
    guard parsed, !result.hasDoctype else { return nil }
    self = result
  }

  private var hasDoctype = false

  private init() {}

  private static func of(_ target: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLTexts>? {
    target?.assumingMemoryBound(to: XMLTexts.self)
  }

  private mutating func open(_ name: UnsafePointer<CChar>?) {
    path.append(name.map { String(cString: $0) } ?? "")
    text = ""
  }

  private mutating func close() {
    let name = path.dropFirst().joined(separator: "/")
    if texts[name] == nil { texts[name] = text }
    path.removeLast()
    text = ""
  }
}
