/// Collects what is wrong while settings are read: all of it is told, not only the first.
struct SettingReport {
  /// What is wrong so far.
  private(set) var errors: [ConfigurationError] = []

  /// Notes an error.
  mutating func add(_ error: ConfigurationError) { errors.append(error) }

  /// Notes that a setting is refused.
  mutating func refuse(
    _ setting: String, at position: SourcePosition?, _ problem: String, allowed: String = "", hint: String = ""
  ) {
    errors.append(ConfigurationError(setting, at: position, problem, allowed: allowed, hint: hint))
  }
}
