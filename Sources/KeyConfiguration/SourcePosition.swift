/// A place in a configuration file.
package struct SourcePosition: Hashable, Sendable {
  /// Which of the files that were read it is, in the order in which later ones win.
  package var file: Int
  /// The file's path as it was given.
  package var path: String
  /// The line, from 1.
  package var line: Int
  /// The column in characters (code points), from 1; 0 where no place in the line is meant.
  package var column: Int

  /// A place by its parts.
  package init(file: Int = 0, path: String, line: Int, column: Int) {
    self.file = file
    self.path = path
    self.line = line
    self.column = column
  }

  /// `path:line:column`, the form that editors jump to.
  package var text: String { "\(path):\(line):\(column)" }
}

extension SourcePosition: Comparable {
  /// By file, line and column.
  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}
