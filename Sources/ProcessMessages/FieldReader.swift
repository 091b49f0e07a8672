import KeyModel

/// What is wrong with bytes that should be a message.
package enum MessageError: Error, Equatable {
  /// They end in the middle of a field.
  case truncated
  /// They are of another kind or version than this program reads.
  case foreign
  /// A field does not hold what belongs there.
  case invalid(String)
}

/// Reads what FieldWriter wrote, trusting nothing of it.
package struct FieldReader {
  private let bytes: [UInt8]
  private var position = 0

  /// A reader of a whole message.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where the next field begins.
  package var consumed: Int { position }

  /// Whether all of the message was read.
  package var isAtEnd: Bool { position == bytes.count }

  /// Reads one field as raw bytes.
  package mutating func readBytes() throws(MessageError) -> ArraySlice<UInt8> {
    guard bytes.count - position >= 4 else { throw .truncated }
    let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    position += 4
    guard bytes.count - position >= length else { throw .truncated }
    defer { position += length }
    return bytes[position..<position + length]
  }

  /// Reads text; it must be UTF-8.
  package mutating func readText() throws(MessageError) -> String {
    guard let text = String(validating: try readBytes(), as: UTF8.self) else { throw .invalid("text") }
    return text
  }

  /// Reads a number.
  package mutating func readNumber() throws(MessageError) -> Int64 {
    let field = try readBytes()
    guard field.count == 8 else { throw .invalid("number") }
    return field.reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
  }

  /// Reads a number that counts something.
  package mutating func readCount() throws(MessageError) -> Int {
    let number = try readNumber()
    guard (0...Int64(Int32.max)).contains(number) else { throw .invalid("count") }
    return Int(number)
  }

  /// Reads yes or no.
  package mutating func readFlag() throws(MessageError) -> Bool {
    switch try readNumber() {
    case 0: return false
    case 1: return true
    default: throw .invalid("flag")
    }
  }

  /// Reads a moment.
  package mutating func readTimestamp() throws(MessageError) -> Timestamp { Timestamp(milliseconds: try readNumber()) }

  /// Reads a span.
  package mutating func readDuration() throws(MessageError) -> Duration { .milliseconds(try readNumber()) }

  /// Reads an enumeration by its raw value.
  package mutating func readValue<Value: RawRepresentable>(
    _ type: Value.Type = Value.self
  ) throws(MessageError) -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: try readText()) else { throw .invalid("\(type)") }
    return value
  }

  /// Reads a value that may be absent.
  package mutating func readOptional<Value>(
    _ body: (inout FieldReader) throws(MessageError) -> Value
  ) throws(MessageError) -> Value? {
    try readFlag() ? try body(&self) : nil
  }

  /// Reads a list; each element takes at least one field, so a false count ends as `truncated`, not in memory.
  package mutating func readList<Element>(
    _ body: (inout FieldReader) throws(MessageError) -> Element
  ) throws(MessageError) -> [Element] {
    let count = try readCount()
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }
}
