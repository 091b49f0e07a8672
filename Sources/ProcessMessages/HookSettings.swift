import KeyModel

/// A command that is run when something happens to a key.
package struct HookSettings: Hashable, Sendable {
  /// What it waits for.
  package var events: [HookEvent]
  /// The absolute path of a program, and its arguments.
  package var command: [String]
  /// After how long it is killed with all it started.
  package var timeout: Duration

  /// A hook by its parts.
  package init(events: [HookEvent], command: [String], timeout: Duration) {
    self.events = events
    self.command = command
    self.timeout = timeout
  }

  /// Writes the fields.
  func write(to writer: inout FieldWriter) {
    writer.write(list: events) { $0.write($1) }
    writer.write(list: command) { $0.write($1) }
    writer.write(timeout)
  }

  /// Reads the fields; a hook has a program.
  init(from reader: inout FieldReader) throws(MessageError) {
    events = try reader.readList { (field) throws(MessageError) in try field.readValue() }
    command = try reader.readList { (field) throws(MessageError) in try field.readText() }
    timeout = try reader.readDuration()
    guard !command.isEmpty else { throw .invalid("command") }
  }
}
