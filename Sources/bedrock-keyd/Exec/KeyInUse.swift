import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// The published key as a program needs it, and the watch for the next one.
final class KeyInUse {
  /// How long a look at the files may be put off, for file systems that tell nothing (inotify(7), limitations); shorter
  /// while the key is not alive.
  private static let (rarely, often): (Duration, Duration) = (.seconds(30), .seconds(1))

  /// A key in a box, because what cannot be copied cannot be compared and replaced in a property.
  private final class Held {
    let key: SecretBytes
    init(_ key: consuming SecretBytes) { self.key = key }
  }

  private let name: KeyName
  private let folder: String
  private let watch: FolderWatch
  private var newest: Held?
  /// The folders of the outputs, which are read where the record may not be.
  private var outputFolders: Set<String> = []
  /// Why there is no live key, or nil.
  private(set) var problem: String?

  /// Watches the key of a name in a runtime folder.
  init(_ name: KeyName, in folder: String) throws(SystemError) {
    self.name = name
    self.folder = folder
    watch = try FolderWatch()
  }

  /// The descriptor that can be read when something changed.
  var descriptor: Int32 { watch.descriptor.number }

  /// After how long to look again although nothing was told.
  var patience: Duration { problem == nil ? Self.rarely : Self.often }

  /// Looks at the files; true where there is a live key that was not there at the last look.
  func look() -> Bool {
    _ = watch.changes { AtomicFile.isTemporary($0) }
    arm()
    do throws(Failure) {
      let record = try readPublishedKey(name, in: folder)
      let now = StatusFile.now(in: folder)
      guard record.receipt.isLive(at: now) else {
        throw Failure(.internal, "key \(name.text) \(record.receipt.deathWords(at: now))")
      }
      problem = nil
      if let newest, newest.key.equals(record.key) { return false }
      newest = Held(record.key.withBytes { SecretBytes(copying: $0) })
      return true
    } catch {
      problem = error.text
      return false
    }
  }

  /// The environment for a program that starts now; nil before there is a key.
  func environment() -> ProgramEnvironment? {
    guard let newest else { return nil }
    return ProgramEnvironment(findVariables() ?? VariableNames(standardFor: newest.key), key: newest.key)
  }

  /// The key's own folder and those of its outputs; the one above, too, while there is no key.
  private func arm() {
    let own = "\(folder)/\(name.text)"
    var wanted = outputFolders.union([own])
    if problem != nil || !isFolder(own) { wanted.insert(folder) }
    // One that is not there is told of by the one above, or found at the next look.
    for folder in wanted { try? watch.add(folder) }
    watch.retain(only: wanted)
  }

  /// The variables of the key's first env output that may be read.
  private func findVariables() -> VariableNames? {
    let status = try? StatusFile.read(in: folder)
    let outputs = status?.keys.first { $0.name == name.text }?.outputs ?? []
    outputFolders = Set(outputs.map(\.folder))
    for output in outputs where output.format == "env" && output.error == nil {
      guard let content = output.read(), let found = VariableNames(envFile: content) else { continue }
      return found
    }
    return nil
  }
}
