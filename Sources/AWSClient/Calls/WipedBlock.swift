import Glibc

/// malloc(3), realloc(3) and free(3) for a C library through whose hands secrets go: what is freed is wiped before. The size
/// stands in front of a block.
enum WipedBlock {
  private static let header = 16

  /// A block; nil where there is no memory left.
  static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard let block = malloc(size + header) else { return nil }
    block.storeBytes(of: size, as: Int.self)
    return block + header
  }

  /// The block with another size; what is left behind is wiped. Nil where there is no memory left: the old block stays.
  static func resize(_ old: UnsafeMutableRawPointer?, to size: Int) -> UnsafeMutableRawPointer? {
    guard let new = allocate(size) else { return nil }
    guard let old else { return new }
    new.copyMemory(from: old, byteCount: min(size, (old - header).load(as: Int.self)))
    free(old)
    return new
  }

  /// Wipes a block and gives it back.
  static func free(_ block: UnsafeMutableRawPointer?) {
    guard let block else { return }
    wipe(block)
    Glibc.free(block - header)
  }

  /// Wipes all of a block.
  static func wipe(_ block: UnsafeMutableRawPointer) { explicit_bzero(block, (block - header).load(as: Int.self)) }
}
