import CExpat
import KeyModel

/// One document on its way through libexpat, whose memory is wiped when it is freed.
struct XMLParsing: ~Copyable {
  /// The texts so far.
  private(set) var texts = XMLTexts()

  private static let longestSecret = 4096
  private var secret: SecretBytes
  private let secretPath: String?
  private var isSecretTaken = false
  private var isRefused = false
  private var path: [String] = []
  private var text = ""

  /// A parsing that takes the text at a path for a secret.
  init(secret path: String?) {
    secretPath = path
    secret = SecretBytes(capacity: path == nil ? 0 : Self.longestSecret)
  }

  /// Parses a document; false where it is not well formed, or has a type declaration.
  mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var memory = XML_Memory_Handling_Suite(
      malloc_fcn: { WipedBlock.allocate($0) }, realloc_fcn: { WipedBlock.resize($0, to: $1) },
      free_fcn: { WipedBlock.free($0) })
    guard bytes.count <= 1_048_576, let parser = XML_ParserCreate_MM(nil, &memory, nil) else { return false }
    defer { XML_ParserFree(parser) }
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    let isParsed = withUnsafeMutablePointer(to: &self) { place in
      XML_SetUserData(parser, place)
      XML_SetElementHandler(
        parser, { target, name, _ in XMLParsing.of(target)?.pointee.open(name) },
        { target, _ in XMLParsing.of(target)?.pointee.close() })
      XML_SetCharacterDataHandler(parser) { target, start, length in
        XMLParsing.of(target)?.pointee.take(UnsafeRawBufferPointer(start: start, count: Int(length)))
      }
      XML_SetStartDoctypeDeclHandler(parser) { target, _, _, _, _ in
        XMLParsing.of(target)?.pointee.isRefused = true
      }
      return XML_Parse(parser, start, Int32(bytes.count), 1) == XML_STATUS_OK
    }
    return isParsed && !isRefused
  }

  /// The secret that was found.
  consuming func takeSecret() -> SecretBytes { secret }

  private static func of(_ target: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLParsing>? {
    target?.assumingMemoryBound(to: XMLParsing.self)
  }

  private var pathText: String { path.dropFirst().joined(separator: "/") }

  private mutating func open(_ name: UnsafePointer<CChar>?) {
    path.append(name.map { String(cString: $0) } ?? "")
    text = ""
    guard let secretPath, pathText == secretPath else { return }
    if isSecretTaken { isRefused = true }
    isSecretTaken = true
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) {
    guard let secretPath, pathText == secretPath else {
      text += String(decoding: bytes, as: UTF8.self)
      return
    }
    guard secret.count + bytes.count <= Self.longestSecret else {
      isRefused = true
      return
    }
    secret.append(contentsOf: bytes)
  }

  private mutating func close() {
    let name = pathText
    if !name.isEmpty, name != secretPath { texts.append(name, text) }
    path.removeLast()
    text = ""
  }
}
