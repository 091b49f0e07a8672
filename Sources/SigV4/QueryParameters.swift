import KeyModel

/// The parameters of a query string, encoded, in the order they were added. They lie in wiped memory: a presigned query
/// is a key.
package struct QueryParameters: ~Copyable {
  private var encoded: SecretBytes
  /// Where each `name=value` lies, and where its name ends.
  private var parts: [(whole: Range<Int>, nameEnd: Int)] = []

  /// Room for names and values of so many bytes in all, before they are encoded.
  package init(capacity: Int) { encoded = SecretBytes(capacity: capacity * 3) }

  /// Adds a parameter.
  package mutating func append(_ name: String, _ value: String) {
    var value = value
    value.withUTF8 { append(name, UnsafeRawBufferPointer($0)) }
  }

  /// Adds a parameter with a secret value.
  package mutating func append(_ name: String, _ value: borrowing SecretBytes) {
    value.withBytes { append(name, $0) }
  }

  private mutating func append(_ name: String, _ value: UnsafeRawBufferPointer) {
    let start = encoded.count
    var name = name
    name.withUTF8 { PercentEncoding.append(UnsafeRawBufferPointer($0), to: &encoded) }
    let nameEnd = encoded.count
    encoded.append(UInt8(ascii: "="))
    PercentEncoding.append(value, to: &encoded)
    parts.append((start..<encoded.count, nameEnd))
  }

  /// How long the query string is.
  package var count: Int { encoded.count + max(0, parts.count - 1) }

  /// Feeds the query string, in the order of adding.
  package borrowing func feed(to body: (UnsafeRawBufferPointer) -> Void) { feed(parts.map(\.whole), to: body) }

  /// Feeds the canonical query string: by name, then by value, in the order of their encoded bytes.
  package borrowing func feedCanonical(to body: (UnsafeRawBufferPointer) -> Void) {
    let parts = parts
    let sorted = encoded.withBytes { bytes in
      parts.sorted { left, right in
        let names = (bytes[left.whole.lowerBound..<left.nameEnd], bytes[right.whole.lowerBound..<right.nameEnd])
        guard names.0.elementsEqual(names.1) else { return names.0.lexicographicallyPrecedes(names.1) }
        return bytes[left.nameEnd..<left.whole.upperBound].lexicographicallyPrecedes(
          bytes[right.nameEnd..<right.whole.upperBound])
      }
    }
    feed(sorted.map(\.whole), to: body)
  }

  private borrowing func feed(_ ranges: [Range<Int>], to body: (UnsafeRawBufferPointer) -> Void) {
    encoded.withBytes { bytes in
      for (index, range) in ranges.enumerated() {
        if index > 0 { feedText("&", to: body) }
        body(UnsafeRawBufferPointer(rebasing: bytes[range]))
      }
    }
  }
}

/// Feeds text as UTF-8.
func feedText(_ text: String, to body: (UnsafeRawBufferPointer) -> Void) {
  var text = text
  text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}
