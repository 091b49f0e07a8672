import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// The files of one key: its record and its outputs, and how they are.
struct PublishedFiles {
  /// One output.
  struct Output {
    var settings: OutputSettings
    /// The file as we left it; nil while it was not written.
    var identity: FileIdentity?
    /// Why it does not hold the key.
    var error: String?
    var failures = 0
    /// Time since boot at which writing is tried again.
    var retry: Duration?
    var isQueued = false

    init(_ settings: OutputSettings) { self.settings = settings }

    /// The folder the file lies in.
    var folder: String { folderOf(settings.path) }
  }

  let name: KeyName
  let record: RecordFile
  var recordIdentity: FileIdentity?
  var outputs: [Output]
  /// The key that the outputs are being written from; nil where they are written from the record.
  var arrived: ArrivedKey?
  /// The receipt of what is being published.
  var receipt: KeyReceipt?

  init(_ settings: KeySettings, runtimeFolder: String) {
    name = settings.name
    record = RecordFile(runtimeFolder: runtimeFolder, key: settings.name)
    outputs = settings.outputs.map { Output($0) }
  }

  /// Whether at least one output holds the key, or none is wanted.
  var isPublished: Bool { outputs.isEmpty || outputs.contains { $0.identity != nil && $0.error == nil } }

  /// The folders to watch.
  var folders: Set<String> { Set(outputs.map(\.folder)).union([record.folder]) }
}

/// The folder of an absolute path.
func folderOf(_ path: String) -> String {
  String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
}
