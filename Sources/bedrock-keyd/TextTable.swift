/// Rows of cells in columns that are as wide as they must be, two spaces apart.
struct TextTable {
  /// The titles, then the cells of each row.
  var rows: [[String]]
  /// The columns that go first where there is no room, the least needed one first.
  var expendable: [Int]
  /// The width that the table is to fit, if any.
  var columns: Int?

  /// The lines; `paint` colors the padded text of a cell by its row and column.
  func lines(paint: (_ text: String, _ row: Int, _ column: Int) -> String = { text, _, _ in text }) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var shown = Array(widths.indices)
    for column in expendable
    where shown.contains(column) && columns.map({ shown.reduce(-2) { $0 + widths[$1] + 2 } > $0 }) == true {
      shown.removeAll { $0 == column }
    }
    return rows.enumerated().map { index, row in
      let cells = shown.map { column in
        paint(column == shown.last ? row[column] : row[column].padded(to: widths[column]), index, column)
      }
      return cells.joined(separator: "  ")
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
