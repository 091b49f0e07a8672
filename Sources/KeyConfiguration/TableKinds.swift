extension SettingKind where Value: SettingsTable {
  /// A table with settings of its own, shown by itself.
  static var table: SettingKind {
    SettingKind(show: { _ in nil }) { node, setting, report in
      guard case .table(let table) = node.value else {
        report.refuse(setting, at: node.position, "\(node.value.typeName) cannot stand here", allowed: "a table")
        return nil
      }
      return Value(reading: table, named: setting, at: node.position, &report)
    }
  }
}

extension SettingKind {
  /// A list of tables (`[[…]]`), each with settings of its own, shown by themselves.
  static func tables<Table: SettingsTable>() -> SettingKind where Value == [Table] {
    SettingKind(show: { $0.isEmpty ? "[]" : nil }) { node, setting, report in
      guard case .array(let elements) = node.value else {
        report.refuse(
          setting, at: node.position, "\(node.value.typeName) cannot stand here", allowed: "a list of tables")
        return nil
      }
      return elements.enumerated().compactMap { index, element in
        SettingKind<Table>.table.read(element, "\(setting)[\(index)]", &report)
      }
    }
  }

  /// A list of single values; an empty one and repetitions are refused.
  static func list<Element: Hashable & Sendable>(
    of kind: SettingKind<Element>, repetitions: Bool = false
  ) -> SettingKind where Value == [Element] {
    let shown: @Sendable ([Element]) -> String? = { elements in
      "[\(elements.compactMap { kind.show($0) }.joined(separator: ", "))]"
    }
    return SettingKind(show: shown) { node, setting, report in
      guard case .array(let elements) = node.value, !elements.isEmpty else {
        let problem = node.value == .array([]) ? "it is empty" : "\(node.value.typeName) cannot stand here"
        report.refuse(setting, at: node.position, problem, allowed: "a list of at least one")
        return nil
      }
      var values: [Element] = []
      for (index, element) in elements.enumerated() {
        guard let value = kind.read(element, "\(setting)[\(index)]", &report) else { continue }
        if !repetitions, values.contains(value) {
          report.refuse("\(setting)[\(index)]", at: element.position, "it is there twice")
        }
        values.append(value)
      }
      return values
    }
  }
}
