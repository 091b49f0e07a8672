import KeyModel

/// A key between its arrival and its publication. A box, because what cannot be copied cannot be kept in an array.
final class ArrivedKey {
  var bytes: SecretBytes

  init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}
