import KeyModel

extension SettingKind where Value == Int {
  /// A whole number within a range.
  static func count(_ range: ClosedRange<Int64>) -> SettingKind {
    SettingKind(allowed: "\(range.lowerBound) to \(range.upperBound)", show: { String($0) }) { value in
      guard case .integer(let number) = value else { return .wrongType }
      return range.contains(number) ? .value(Int(number)) : .wrong("\(number) is out of range")
    }
  }
}

extension SettingKind where Value == Bool {
  /// True or false.
  static var flag: SettingKind {
    SettingKind(allowed: "true or false", show: { $0 ? "true" : "false" }) { value in
      guard case .boolean(let flag) = value else { return .wrongType }
      return .value(flag)
    }
  }
}

extension SettingKind where Value == Duration {
  /// A duration within a range, its ends as the configuration writes them.
  static func duration(_ shortest: Duration, _ longest: Duration) -> SettingKind {
    let ends = "\(tomlString(shortest.setting)) to \(tomlString(longest.setting))"
    let allowed = "\(ends), a whole number and one of s, m, h, d"
    return SettingKind(allowed: allowed, show: { tomlString($0.setting) }) { value in
      guard case .string(let text) = value else { return .wrongType }
      guard let duration = Duration(setting: text) else { return .wrong("\(quoted(text)) is not a duration") }
      if duration < shortest { return .wrong("\(quoted(text)) is too short") }
      return duration > longest ? .wrong("\(quoted(text)) is too long") : .value(duration)
    }
  }
}

extension SettingKind where Value == CredentialAge {
  /// `"90d"` or `"never"`; CredentialAgeDays is 1 to 36600 whole days (IAM CreateServiceSpecificCredential).
  static var age: SettingKind {
    SettingKind(
      allowed: "\"1d\" to \"36600d\" in whole days, or \"never\"", show: { tomlString($0.setting) }
    ) { value in
      guard case .string(let text) = value else { return .wrongType }
      if text == "never" { return .value(.never) }
      guard let duration = Duration(setting: text) else { return .wrong("\(quoted(text)) is not a duration") }
      guard duration.wholeSeconds % 86_400 == 0 else { return .wrong("\(quoted(text)) is not a number of days") }
      let days = duration.wholeSeconds / 86_400
      return (1...36_600).contains(days) ? .value(.days(Int(days))) : .wrong("\(quoted(text)) is out of range")
    }
  }
}

extension SettingKind where Value: Equatable {
  /// One of some words, each with what it means.
  static func choice(_ choices: [(word: String, value: Value)]) -> SettingKind {
    let allowed = choices.map { tomlString($0.word) }.joined(separator: ", ")
    let shown: @Sendable (Value) -> String? = { value in
      choices.first { $0.value == value }.map { tomlString($0.word) }
    }
    return SettingKind(allowed: allowed, show: shown) { value in
      guard case .string(let text) = value else { return .wrongType }
      if let choice = choices.first(where: { $0.word == text }) { return .value(choice.value) }
      let meant = nearMatch(text, among: choices.map(\.word))
      return .wrong("\(quoted(text)) is none of its words\(meant.map { ", perhaps \(tomlString($0))" } ?? "")")
    }
  }
}
