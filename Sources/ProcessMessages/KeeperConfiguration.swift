import KeyModel

/// Everything the keeper needs to know, compiled from the configuration files: validated, with names resolved and
/// defaults filled in.
package struct KeeperConfiguration: Message, Hashable, Sendable {
  package static let signature = "bedrock-keyd configuration 4"

  /// The settings of the daemon as a whole.
  package struct Daemon: Hashable, Sendable {
    /// How many young issuers run at once.
    package var parallel = 8
    /// After how long an issuer is killed.
    package var attemptTimeout: Duration = .seconds(30)
    /// After how long readiness is told although keys are missing.
    package var readyTimeout: Duration = .seconds(60)
    /// How much is reported.
    package var logLevel: LogLevel = .info
    /// Whether key files are removed at a stop.
    package var removeOnStop = false
    /// The group id whose members may ask for renewals; nil where the group does not exist.
    package var controlGroup: UInt32?

    /// The file for node_exporter's textfile collector; nil where none is wanted.
    package var metricsFile: String?

    /// The defaults.
    package init() {}
  }

  /// The daemon's settings.
  package var daemon: Daemon
  /// The sources that the keys name by index.
  package var sources: [SourceSettings]
  /// The enabled keys, by name.
  package var keys: [KeySettings]
  /// The absolute path of the runtime folder.
  package var runtimeFolder: String
  /// The absolute path of the state folder.
  package var stateFolder: String

  /// A configuration by its parts.
  package init(
    daemon: Daemon = Daemon(), sources: [SourceSettings], keys: [KeySettings], runtimeFolder: String,
    stateFolder: String
  ) {
    self.daemon = daemon
    self.sources = sources
    self.keys = keys
    self.runtimeFolder = runtimeFolder
    self.stateFolder = stateFolder
  }

  package func write(to writer: inout FieldWriter) {
    writer.write(daemon.parallel)
    writer.write(daemon.attemptTimeout)
    writer.write(daemon.readyTimeout)
    writer.write(daemon.logLevel.rawValue)
    writer.write(daemon.removeOnStop)
    writer.write(optional: daemon.controlGroup) { $0.write(Int64($1)) }
    writer.write(optional: daemon.metricsFile) { $0.write($1) }
    writer.write(list: sources) { $1.write(to: &$0) }
    writer.write(list: keys) { $1.write(to: &$0) }
    writer.write(runtimeFolder)
    writer.write(stateFolder)
  }

  package init(from reader: inout FieldReader) throws(MessageError) {
    daemon = Daemon()
    daemon.parallel = max(1, try reader.readCount())
    daemon.attemptTimeout = try reader.readDuration()
    daemon.readyTimeout = try reader.readDuration()
    guard let level = LogLevel(rawValue: try reader.readCount()) else { throw .invalid("log level") }
    daemon.logLevel = level
    daemon.removeOnStop = try reader.readFlag()
    daemon.controlGroup = try reader.readOptional { (field) throws(MessageError) in try field.readIdentifier() }
    daemon.metricsFile = try reader.readOptional { (field) throws(MessageError) in try field.readText() }
    sources = try reader.readList { (field) throws(MessageError) in try SourceSettings(from: &field) }
    keys = try reader.readList { (field) throws(MessageError) in try KeySettings(from: &field) }
    runtimeFolder = try reader.readText()
    stateFolder = try reader.readText()
    guard keys.allSatisfy({ sources.indices.contains($0.source) }) else { throw .invalid("source") }
  }
}
