import CLinux
import Glibc

/// The variables of a process, as a value: nothing below the executables reads the real environment.
package struct Environment: Hashable, Sendable {
  /// The variables by name.
  package private(set) var variables: [String: String]

  /// An environment by its variables.
  package init(_ variables: [String: String] = [:]) { self.variables = variables }

  /// Reads `NAME=value` entries that end in NUL, the form of environ(7) and of /proc/PID/environ; entries that are
  /// not UTF-8 or lack a `=` are left out.
  package init(block: some Collection<UInt8>) {
    variables = [:]
    for entry in block.split(separator: 0) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), equals != entry.startIndex,
        let name = String(validating: entry[..<equals], as: UTF8.self),
        let value = String(validating: entry[entry.index(after: equals)...], as: UTF8.self)
      else { continue }
      variables[name] = value
    }
  }

  /// The environment of this process.
  package static func ofThisProcess() -> Environment {
    var block: [UInt8] = []
    var entry = clinux_environment()
    while let text = entry?.pointee {
      block.append(contentsOf: UnsafeRawBufferPointer(start: text, count: strlen(text) + 1))
      entry = entry?.advanced(by: 1)
    }
    return Environment(block: block)
  }

  /// The value of a variable.
  package subscript(_ name: String) -> String? {
    get { variables[name] }
    set { variables[name] = newValue }
  }

  /// The value of a variable that is set and not empty.
  package func nonEmpty(_ name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  /// The variables of the given names alone.
  package func keeping(_ names: [String]) -> Environment {
    Environment(variables.filter { names.contains($0.key) })
  }

  /// The `NAME=value` entries, by name.
  package var entries: [String] { variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

  /// The form that `init(block:)` reads.
  package var block: [UInt8] { entries.flatMap { Array($0.utf8) + [0] } }
}
