import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

extension Publisher {
  /// At most so often is looked at what others did to the files.
  private static let checkInterval: Duration = .seconds(1)

  /// Takes note of what the watch tells; our own temporary files are nothing new.
  func noteChanges(at boot: Duration) {
    changed.formUnion(watch.changes(ignoring: AtomicFile.isTemporary))
    guard !changed.isEmpty, checkDue == nil else { return }
    checkDue = max(boot, lastCheck + Self.checkInterval)
  }

  /// Looks at the files of folders that changed: outputs that are not as we left them are queued, where their key lives.
  /// Returns the outputs that were altered and the keys whose record is gone.
  func checkChanges(at boot: Duration, isLive: (Int) -> Bool) -> (altered: [String], lostRecords: [Int]) {
    guard let checkDue, checkDue <= boot else { return ([], []) }
    var altered: [String] = []
    var lost: [Int] = []
    for key in files.indices where !files[key].folders.isDisjoint(with: changed) && files[key].receipt != nil {
      makeRuntimeFolders(of: key)
      watchFolders(of: key)
      guard files[key].arrived == nil, isLive(key) else { continue }
      if isRecordLost(key) { lost.append(key) } else { altered += enqueueAltered(key) }
    }
    changed = []
    self.checkDue = nil
    lastCheck = boot
    return (altered, lost)
  }

  /// Deletes the outputs of a key that are no longer wanted, where they lie below the runtime folder, and its record and
  /// folder unless the key is kept. Returns the unwanted outputs that lie elsewhere and stay.
  func remove(_ key: Int, isKeyKept: Bool, keeping wanted: Set<String>) -> [String] {
    let unwanted = files[key].outputs.map(\.settings.path).filter { !wanted.contains($0) }
    let (ours, others) = (unwanted.filter(isInRuntimeFolder), unwanted.filter { !isInRuntimeFolder($0) })
    for path in ours { unlink(path) }
    if !isKeyKept { removeRecord(key) }
    return others
  }

  /// Deletes every file of a key.
  func removeAll(_ key: Int) {
    for output in files[key].outputs { unlink(output.settings.path) }
    removeRecord(key)
  }

  private func removeRecord(_ key: Int) {
    unlink(files[key].record.path)
    rmdir(files[key].record.folder)
  }

  /// What the record of a key says, and the outputs that do not hold the key.
  func examine(_ key: Int) -> (receipt: KeyReceipt?, unheld: [String]) {
    guard let record = try? files[key].record.read() else { return (nil, []) }
    let unheld = files[key].outputs.map(\.settings).filter { !$0.holds(record.key, record.receipt) }
    return (record.receipt, unheld.map(\.path))
  }

  /// Takes over the user and group ids that could not be resolved before, and queues their outputs where the key lives.
  func adoptNames(from keys: [KeySettings], isLive: (Int) -> Bool) {
    for (key, settings) in zip(files.indices, keys) where files[key].name == settings.name {
      for (index, new) in zip(files[key].outputs.indices, settings.outputs) {
        let old = files[key].outputs[index].settings
        guard old.unresolved != nil, new.unresolved == nil, old.path == new.path else { continue }
        files[key].outputs[index].settings.owner = new.owner
        files[key].outputs[index].settings.group = new.group
        files[key].outputs[index].settings.unresolved = nil
        if isLive(key) { enqueue(key, index) }
      }
    }
  }

  /// Queues the outputs whose time to be tried again has come, where the key lives: a dead one is never written. True
  /// when a name among them is still unresolved.
  func retryFailed(at boot: Duration, isLive: (Int) -> Bool) -> Bool {
    var needsNames = false
    for key in files.indices {
      for index in files[key].outputs.indices {
        guard let retry = files[key].outputs[index].retry, retry <= boot else { continue }
        guard isLive(key) else {
          // The next key queues it again.
          files[key].outputs[index].retry = nil
          continue
        }
        needsNames = needsNames || files[key].outputs[index].settings.unresolved != nil
        enqueue(key, index)
      }
    }
    return needsNames
  }

  /// A record that is as we wrote it, or was only touched, is not lost.
  private func isRecordLost(_ key: Int) -> Bool {
    let now = FileIdentity(path: files[key].record.path)
    guard now == nil || now != files[key].recordIdentity else { return false }
    guard let receipt = recordedReceipt(key), receipt == files[key].receipt else { return true }
    files[key].recordIdentity = now
    return false
  }

  private func enqueueAltered(_ key: Int) -> [String] {
    var altered: [String] = []
    for index in files[key].outputs.indices {
      let output = files[key].outputs[index]
      guard let identity = output.identity, FileIdentity(path: output.settings.path) != identity else { continue }
      enqueue(key, index)
      altered.append(output.settings.path)
    }
    return altered
  }
}
