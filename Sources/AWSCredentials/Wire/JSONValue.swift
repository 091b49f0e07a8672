import FoundationEssentials
import KeyModel

/// An object of JSON, with every member it has.
typealias JSONObject = [String: JSONValue]

/// A value of JSON (RFC 8259), for documents of others that are changed in places and kept in the rest.
indirect enum JSONValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object(JSONObject)

  /// The text that it is; nil for anything else.
  var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }

  /// The members of the object that it is; nil for anything else.
  var members: JSONObject? {
    if case .object(let members) = self { return members }
    return nil
  }
}

extension JSONValue: Codable {
  init(from decoder: any Decoder) throws {
    let place = try decoder.singleValueContainer()
    if place.decodeNil() {
      self = .null
    } else if let text = try? place.decode(String.self) {
      self = .text(text)
    } else if let flag = try? place.decode(Bool.self) {
      self = .flag(flag)
    } else if let integer = try? place.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? place.decode(Double.self) {
      self = .number(number)
    } else if let list = try? place.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try place.decode(JSONObject.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var place = encoder.singleValueContainer()
    switch self {
    case .null: try place.encodeNil()
    case .flag(let flag): try place.encode(flag)
    case .integer(let integer): try place.encode(integer)
    case .number(let number): try place.encode(number)
    case .text(let text): try place.encode(text)
    case .list(let list): try place.encode(list)
    case .object(let members): try place.encode(members)
    }
  }
}

extension JSONObject {
  /// The object that bytes are; nil where they are none, which half a file is.
  static func parse(_ bytes: some Sequence<UInt8>) -> JSONObject? {
    try? JSONDecoder().decode(JSONObject.self, from: Data(bytes))
  }

  /// Its bytes, the members in the order of their names.
  var encoded: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only numbers that are none (infinity) cannot be encoded, and no document brings one.
    guard let bytes = try? encoder.encode(self) else { return [] }
    return Array(bytes)
  }

  /// A member that is a text with something in it.
  func nonEmpty(_ name: String) -> String? {
    guard let text = self[name]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// A member that is a time as AWS's tools write it.
  func time(_ name: String) -> Timestamp? { self[name]?.text.flatMap { Timestamp(written: $0) } }
}
