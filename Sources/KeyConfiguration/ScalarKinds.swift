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

/// After how long a long-term key is replaced.
enum KeyAge: Hashable, Sendable {
  /// IAM is asked to let it expire at this age.
  case limited(Duration)
  /// Never.
  case unlimited
}

extension SettingKind where Value == KeyAge {
  /// `"90d"` or `"never"`; CredentialAgeDays is 1 to 36600 whole days (IAM CreateServiceSpecificCredential).
  static var age: SettingKind {
    let shown: @Sendable (KeyAge) -> String? = { age in
      if case .limited(let duration) = age { return tomlString(duration.setting) }
      return tomlString("never")
    }
    return SettingKind(allowed: "\"1d\" to \"36600d\" in whole days, or \"never\"", show: shown) { value in
      guard case .string(let text) = value else { return .wrongType }
      if text == "never" { return .value(.unlimited) }
      guard let duration = Duration(setting: text) else { return .wrong("\(quoted(text)) is not a duration") }
      guard duration.wholeSeconds % 86_400 == 0 else { return .wrong("\(quoted(text)) is not a number of days") }
      return (1...36_600).contains(duration.wholeSeconds / 86_400)
        ? .value(.limited(duration)) : .wrong("\(quoted(text)) is out of range")
    }
  }
}

/// One of the words of a setting.
struct Choice<Value: Sendable & Equatable>: Sendable {
  /// The word.
  let word: String
  /// What it means.
  let value: Value
  /// Whether it works in this version.
  let isAvailable: Bool

  /// A word that works.
  static func now(_ word: String, _ value: Value) -> Choice { Choice(word: word, value: value, isAvailable: true) }

  /// A word of the contract whose function comes later: it is refused.
  static func later(_ word: String, _ value: Value) -> Choice { Choice(word: word, value: value, isAvailable: false) }
}

extension SettingKind where Value: Equatable {
  /// One of some words.
  static func choice(_ choices: [Choice<Value>]) -> SettingKind {
    let available = choices.filter(\.isAvailable).map { tomlString($0.word) }.joined(separator: ", ")
    let shown: @Sendable (Value) -> String? = { value in
      choices.first { $0.value == value }.map { tomlString($0.word) }
    }
    return SettingKind(allowed: available, show: shown) { value in
      guard case .string(let text) = value else { return .wrongType }
      guard let choice = choices.first(where: { $0.word == text }) else {
        let meant = nearMatch(text, among: choices.filter(\.isAvailable).map(\.word))
        return .wrong("\(quoted(text)) is none of its words\(meant.map { ", perhaps \(tomlString($0))" } ?? "")")
      }
      return choice.isAvailable ? .value(choice.value) : .wrong("\(quoted(text)) is not yet supported")
    }
  }
}
