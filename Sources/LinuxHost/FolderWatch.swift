import Glibc

/// Tells which folders had files changed, added or removed (inotify(7)). Reading files is not told of.
package final class FolderWatch {
  /// The descriptor that can be read when something changed.
  package let descriptor: Descriptor
  private var folders: [Int32: String] = [:]
  private var watches: [String: Int32] = [:]

  /// Watches nothing yet.
  package init() throws(SystemError) {
    descriptor = Descriptor(owning: try retrying { inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)) })
  }

  /// Watches a folder from now on; nothing happens where it is watched already. Throws where it is not there.
  package func add(_ folder: String) throws(SystemError) {
    guard watches[folder] == nil else { return }
    let number = descriptor.number
    let mask =
      IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
    let watch = try retrying { inotify_add_watch(number, folder, UInt32(mask)) }
    folders[watch] = folder
    watches[folder] = watch
  }

  /// Forgets the folders that are not among the given ones.
  package func retain(only wanted: Set<String>) {
    for (folder, watch) in watches where !wanted.contains(folder) {
      inotify_rm_watch(descriptor.number, watch)
      forget(watch)
    }
  }

  /// The folders that changed since the last call; `ignoring` is asked for the name of each changed file. A folder that
  /// was removed is told of and no longer watched.
  package func changes(ignoring isOurs: (String) -> Bool) -> Set<String> {
    var changed: Set<String> = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor.number, &buffer, buffer.count)
      guard count > 0 else { return changed }
      buffer.withUnsafeBytes { bytes in
        var offset = 0
        while offset < count {
          let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          let start = offset + MemoryLayout<inotify_event>.size
          let name = String(decoding: bytes[start..<start + Int(event.len)].prefix { $0 != 0 }, as: UTF8.self)
          note(event, name, isOurs, &changed)
          offset = start + Int(event.len)
        }
      }
    }
  }

  private func note(_ event: inotify_event, _ name: String, _ isOurs: (String) -> Bool, _ changed: inout Set<String>) {
    if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { changed.formUnion(watches.keys) }
    guard let folder = folders[event.wd] else { return }
    if event.mask & UInt32(IN_IGNORED | IN_MOVE_SELF) != 0 {
      if event.mask & UInt32(IN_IGNORED) == 0 { inotify_rm_watch(descriptor.number, event.wd) }
      forget(event.wd)
      changed.insert(folder)
    } else if name.isEmpty || !isOurs(name) {
      changed.insert(folder)
    }
  }

  private func forget(_ watch: Int32) {
    guard let folder = folders.removeValue(forKey: watch) else { return }
    watches[folder] = nil
  }
}
