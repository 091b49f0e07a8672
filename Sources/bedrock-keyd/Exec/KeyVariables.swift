import CLinux
import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// The variables that a program gets: the names that get the key, and constants.
struct VariableNames: Equatable {
  /// The variables that get the key.
  var names: [String]
  /// The others.
  var constants: [(name: String, value: String)] = []

  static func == (left: VariableNames, right: VariableNames) -> Bool {
    left.names == right.names && left.constants.map(\.name) == right.constants.map(\.name)
      && left.constants.map(\.value) == right.constants.map(\.value)
  }

  /// The variables of an env output: the first value in it is the key (EnvFormat); nil where there is none.
  init?(envFile content: borrowing SecretBytes) {
    names = []
    let parsed = content.withBytes { bytes -> [(name: String, value: String)]? in
      let lines = bytes.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
      let pairs = lines.compactMap { line -> (Slice<UnsafeRawBufferPointer>, Slice<UnsafeRawBufferPointer>)? in
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > line.startIndex else { return nil }
        return (line[..<equals], line[(equals + 1)...])
      }
      guard let key = pairs.first?.1, !key.isEmpty else { return nil }
      names = pairs.filter { $0.1.elementsEqual(key) }.map { String(decoding: $0.0, as: UTF8.self) }
      // Only what is not the key becomes text.
      return pairs.filter { !$0.1.elementsEqual(key) }.map {
        (String(decoding: $0.0, as: UTF8.self), String(decoding: $0.1, as: UTF8.self))
      }
    }
    guard let parsed else { return nil }
    constants = parsed
  }

  /// The variable that the clients of a key's family read.
  init(standardFor key: borrowing SecretBytes) {
    let isClaudePlatform = key.withBytes { $0.starts(with: "aws-external-anthropic-api-key-".utf8) }
    names = [isClaudePlatform ? "ANTHROPIC_AWS_API_KEY" : "AWS_BEARER_TOKEN_BEDROCK"]
  }
}

/// The environment of a program: ours, byte for byte, and the key's variables over it. The key stands in memory that is
/// wiped.
struct ProgramEnvironment: ~Copyable {
  private let secrets: SecretBytes
  private let offsets: [Int]
  private let replaced: Set<[UInt8]>

  init(_ variables: VariableNames, key: borrowing SecretBytes) {
    let constants = variables.constants.map { Array("\($0.name)=\($0.value)".utf8) }
    let names = variables.names.map { Array($0.utf8) }
    let length = names.reduce(0) { $0 + $1.count + key.count + 2 } + constants.reduce(0) { $0 + $1.count + 1 }
    var block = SecretBytes(capacity: length)
    var starts: [Int] = []
    for name in names {
      starts.append(block.count)
      block.append(contentsOf: name + [UInt8(ascii: "=")])
      key.withBytes { block.append(contentsOf: $0) }
      block.append(0)
    }
    for constant in constants {
      starts.append(block.count)
      block.append(contentsOf: constant + [0])
    }
    secrets = block
    offsets = starts
    replaced = Set(names + variables.constants.map { Array($0.name.utf8) })
  }

  /// Lends the variables as execve(2) takes them.
  func withPointers<Result>(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    try secrets.withBytes { (bytes) throws(SystemError) -> Result in
      var pointers = inherited()
      for offset in offsets {
        guard let address = bytes.baseAddress?.advanced(by: offset) else { continue }
        pointers.append(UnsafeMutablePointer(mutating: address.assumingMemoryBound(to: CChar.self)))
      }
      pointers.append(nil)
      let count = pointers.count
      let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
      array.initialize(from: pointers, count: count)
      defer { array.deallocate() }
      return try body(array)
    }
  }

  /// Our own variables that are not replaced, whatever bytes they hold.
  private func inherited() -> [UnsafeMutablePointer<CChar>?] {
    var kept: [UnsafeMutablePointer<CChar>?] = []
    var entry = clinux_environment()
    while let text = entry?.pointee {
      let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
      if !replaced.contains(Array(bytes.prefix { $0 != UInt8(ascii: "=") })) { kept.append(text) }
      entry = entry?.advanced(by: 1)
    }
    return kept
  }
}
