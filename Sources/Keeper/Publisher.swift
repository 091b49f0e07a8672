import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// Writes records and outputs, one output at a time, and writes again what somebody else deleted or altered.
final class Publisher {
  /// What is told of an output.
  enum Outcome {
    case written(key: Int, path: String, after: String?)
    case failed(key: Int, String)
  }

  var files: [PublishedFiles]
  private var queue: [(key: Int, output: Int)] = []
  private var head = 0
  let watch: FolderWatch
  let runtimeFolder: String
  /// Folders in which something changed, and when they are looked at.
  var changed: Set<String> = []
  var checkDue: Duration?
  var lastCheck: Duration = .seconds(-1)

  init(_ keys: [KeySettings], runtimeFolder: String, watch: FolderWatch) {
    files = keys.map { PublishedFiles($0, runtimeFolder: runtimeFolder) }
    self.runtimeFolder = runtimeFolder
    self.watch = watch
    for folder in Set(files.flatMap(\.folders)) { AtomicFile.removeLeftovers(in: folder) }
    watch.retain(only: Set(files.flatMap(\.folders)))
  }

  /// Whether outputs wait to be written.
  var hasWork: Bool { head < queue.count }

  /// The time since boot at which something is due although nothing happens.
  var due: Duration? {
    let retries = files.lazy.flatMap(\.outputs).compactMap(\.retry)
    return ([checkDue].compactMap { $0 } + retries).min()
  }

  /// What the record of a key says, if there is one that can be read.
  func recordedReceipt(_ key: Int) -> KeyReceipt? {
    guard let record = try? files[key].record.read() else { return nil }
    return record.receipt
  }

  /// Lets the outputs of a key follow its record: those that differ are written again.
  func publishRecord(_ key: Int, _ receipt: KeyReceipt) {
    files[key].receipt = receipt
    files[key].recordIdentity = FileIdentity(path: files[key].record.path)
    makeRuntimeFolders(of: key)
    watchFolders(of: key)
    enqueueAll(key)
  }

  /// Replaces the record of a key and queues its outputs. They are written even if the record cannot be.
  func publish(_ key: Int, _ arrived: ArrivedKey, _ receipt: KeyReceipt) throws(PublishingError) {
    files[key].receipt = receipt
    files[key].arrived = arrived
    makeRuntimeFolders(of: key)
    enqueueAll(key)
    defer { watchFolders(of: key) }
    files[key].recordIdentity = nil
    try files[key].record.write(arrived.bytes, receipt)
    files[key].recordIdentity = FileIdentity(path: files[key].record.path)
  }

  /// Writes one output of those that wait.
  func publishNext(at boot: Duration) -> Outcome? {
    guard hasWork else { return nil }
    let (key, index) = queue[head]
    head += 1
    if !hasWork {
      queue.removeAll(keepingCapacity: queue.count < 4096)
      head = 0
    }
    files[key].outputs[index].isQueued = false
    defer { if !files[key].outputs.contains(where: \.isQueued) { files[key].arrived = nil } }
    return write(key, index, boot)
  }

  private func write(_ key: Int, _ index: Int, _ boot: Duration) -> Outcome? {
    let before = files[key].outputs[index]
    do throws(PublishingError) {
      let (identity, wasWritten) = try put(key, before.settings)
      files[key].outputs[index].identity = identity
      files[key].outputs[index].error = nil
      files[key].outputs[index].failures = 0
      files[key].outputs[index].retry = nil
      guard wasWritten else { return nil }
      return .written(key: key, path: before.settings.path, after: before.error)
    } catch {
      files[key].outputs[index].error = error.message
      files[key].outputs[index].failures += 1
      files[key].outputs[index].retry = boot + .seconds(min(2 << min(before.failures, 8), 300))
      return before.error == error.message ? nil : .failed(key: key, error.message)
    }
  }

  private func put(
    _ key: Int, _ output: OutputSettings
  ) throws(PublishingError) -> (identity: FileIdentity, wasWritten: Bool) {
    guard let receipt = files[key].receipt else { throw PublishingError("cannot write \(output.path): no key") }
    if let arrived = files[key].arrived { return try output.publish(arrived.bytes, receipt) }
    let record = try readRecord(key)
    return try output.publish(record.key, record.receipt)
  }

  private func readRecord(_ key: Int) throws(PublishingError) -> KeyRecord {
    do throws(SystemError) { return try files[key].record.read() } catch {
      throw PublishingError("cannot read \(files[key].record.path): \(error.reason)")
    }
  }

  private func enqueueAll(_ key: Int) {
    for index in files[key].outputs.indices { enqueue(key, index) }
  }

  func enqueue(_ key: Int, _ index: Int) {
    files[key].outputs[index].retry = nil
    guard !files[key].outputs[index].isQueued else { return }
    files[key].outputs[index].isQueued = true
    queue.append((key, index))
  }

  /// Our own folders are made; a folder elsewhere is its owner's to make.
  func makeRuntimeFolders(of key: Int) {
    for folder in files[key].folders where isInRuntimeFolder(folder) {
      try? makeFolders(folder, mode: 0o755)
    }
  }

  /// Whether a path lies below the runtime folder.
  func isInRuntimeFolder(_ path: String) -> Bool { path.hasPrefix(runtimeFolder + "/") }

  func watchFolders(of key: Int) {
    for folder in files[key].folders { try? watch.add(folder) }
  }
}
