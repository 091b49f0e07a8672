import KeyModel

/// Writes fields with their lengths before them: the one coding of everything the processes exchange and keep. A
/// field is its length (4 bytes, little endian) and its bytes; numbers are fields of 8 bytes.
package struct FieldWriter {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []

  /// An empty writer.
  package init() {}

  /// Writes raw bytes as one field.
  package mutating func write(_ field: some Collection<UInt8>) {
    withUnsafeBytes(of: UInt32(field.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: field)
  }

  /// Writes text as UTF-8.
  package mutating func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes a number.
  package mutating func write(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { write($0) }
  }

  /// Writes a number.
  package mutating func write(_ number: Int) { write(Int64(number)) }

  /// Writes yes or no.
  package mutating func write(_ flag: Bool) { write(Int64(flag ? 1 : 0)) }

  /// Writes a moment in milliseconds.
  package mutating func write(_ moment: Timestamp) { write(moment.milliseconds) }

  /// Writes a span in milliseconds.
  package mutating func write(_ span: Duration) { write(span.milliseconds) }

  /// Writes an enumeration by its raw value.
  package mutating func write<Value: RawRepresentable>(_ value: Value) where Value.RawValue == String {
    write(value.rawValue)
  }

  /// Writes whether there is a value, then the value.
  package mutating func write<Value>(optional value: Value?, _ body: (inout FieldWriter, Value) -> Void) {
    write(value != nil)
    if let value { body(&self, value) }
  }

  /// Writes how many elements there are, then each.
  package mutating func write<Element>(
    list elements: some Collection<Element>, _ body: (inout FieldWriter, Element) -> Void
  ) {
    write(elements.count)
    for element in elements { body(&self, element) }
  }
}
