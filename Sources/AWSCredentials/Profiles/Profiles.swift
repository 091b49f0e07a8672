import Glibc
import KeyModel
import LinuxHost

/// The profiles of the configuration file and the credentials file.
package struct Profiles: Sendable {
  /// The path of the configuration file.
  package private(set) var configPath = ""
  /// The path of the credentials file.
  package private(set) var credentialsPath = ""
  /// The profiles of the configuration file; nil where there is no such file.
  package private(set) var config: [String: Profile]?
  /// The profiles of the credentials file; nil where there is no such file.
  package private(set) var credentials: [String: Profile]?
  /// Both together: what stands in the credentials file goes over what stands in the configuration file.
  package private(set) var merged: [String: Profile] = [:]

  /// The `services` sections of the configuration file by name.
  package private(set) var services: [String: Profile] = [:]

  /// The `sso-session` sections of the configuration file by name.
  package private(set) var ssoSessions: [String: Profile] = [:]

  /// No profiles.
  package init() {}

  /// Reads both files. One that does not exist is none; one that cannot be read or parsed is a failure.
  package init(_ context: CredentialContext) throws(Failure) {
    configPath = context.configPath
    credentialsPath = context.credentialsPath
    let sections = try Self.sections(configPath, context)
    config = sections.map(Self.profiles)
    services = Self.named("services", sections ?? [])
    ssoSessions = Self.named("sso-session", sections ?? [])
    credentials = try Self.sections(credentialsPath, context).map { sections in
      Dictionary(uniqueKeysWithValues: sections.map { ($0.name, $0.profile) })
    }
    merged = config ?? [:]
    for (name, profile) in credentials ?? [:] {
      merged[name, default: Profile()].settings.merge(profile.settings) { $1 }
    }
  }

  /// What to say when a profile that is named is in neither file.
  func missing(_ name: String) -> Failure {
    let near = nearMatch(name, among: merged.keys.sorted())
    let known = merged.keys.sorted().prefix(10).joined(separator: ", ")
    let hint = near.map { "did you mean \($0)?" } ?? (known.isEmpty ? "there are no profiles" : "there are: \(known)")
    let message = "cannot use profile \(name): it is neither in \(configPath) nor in \(credentialsPath)"
    return Failure(.misconfigured, message, hint: hint)
  }

  private static func sections(
    _ path: String, _ context: CredentialContext
  ) throws(Failure) -> [(name: String, profile: Profile)]? {
    let bytes: [UInt8]
    do {
      bytes = try context.readFile(path)
    } catch {
      guard ![ENOENT, ENOTDIR, EISDIR].contains(error.code) else { return nil }
      let hint = error.code == EACCES ? "the user it runs as must be able to read it" : ""
      throw Failure(.misconfigured, "cannot read \(path): \(error.reason)", hint: hint)
    }
    do {
      return try INIFile(bytes).sections
    } catch {
      throw Failure(.misconfigured, "cannot read \(path):\(error.line): \(error.reason)")
    }
  }

  /// The sections `KIND NAME` by name. Of two of one name the later counts.
  private static func named(_ kind: String, _ sections: [(name: String, profile: Profile)]) -> [String: Profile] {
    var found: [String: Profile] = [:]
    for (section, profile) in sections where section.hasPrefix(kind) {
      if let words = shellWords(section), words.count == 2 { found[words[1]] = profile }
    }
    return found
  }

  /// Sections of the configuration file are profiles when they are `default` or `profile NAME`; other sections
  /// (`sso-session`, `services`) belong to settings that refer to them. Of two that name one profile the later counts.
  private static func profiles(_ sections: [(name: String, profile: Profile)]) -> [String: Profile] {
    sections.reduce(into: [:]) { profiles, section in
      if section.name == "default" { profiles["default"] = section.profile }
      profiles.merge(named("profile", [section])) { $1 }
    }
  }
}
