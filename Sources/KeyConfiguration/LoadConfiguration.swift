import KeyModel
import LinuxHost
import ProcessMessages

/// What a configuration is compiled from, apart from the files.
package struct ConfigurationInputs: Sendable {
  /// The one file to read; nil for `config.toml` and the drop-ins of the folder.
  package var file: String?
  /// The folder of `config.toml` and `config.d`.
  package var folder = "/etc/bedrock-keyd"
  /// The start environment: what issuers will run with.
  package var environment: Environment
  /// The absolute path of the runtime folder.
  package var runtimeFolder: String
  /// The absolute path of the state folder.
  package var stateFolder: String

  /// Inputs by their parts.
  package init(file: String?, environment: Environment, runtimeFolder: String, stateFolder: String) {
    self.file = file
    self.environment = environment
    self.runtimeFolder = runtimeFolder
    self.stateFolder = stateFolder
  }

  /// The inputs of `run`: the folders come from the environment and the user id; an error where they cannot.
  package init(file: String?, ofDaemonIn environment: Environment, uid: UInt32) throws(Failure) {
    self.init(
      file: file, environment: environment,
      runtimeFolder: try DaemonFolders.runtime(ofDaemonIn: environment, uid: uid),
      stateFolder: try DaemonFolders.state(ofDaemonIn: environment, uid: uid))
  }
}

/// A configuration that is valid.
package struct LoadedConfiguration: Sendable {
  /// What the keeper is given.
  package var keeper: KeeperConfiguration
  /// The files that were read, in the order in which later ones win; none where the defaults hold alone.
  package var files: [String]
  /// The keys that are configured but not enabled.
  package var disabledKeys: [KeyName]
  /// What `effectiveSettings` shows.
  let draft: ConfigurationDraft
}

/// Reads, merges, validates and compiles the configuration; the errors are all that were found.
package func loadConfiguration(
  _ inputs: ConfigurationInputs, files: ConfigurationFiles = .system, names: NameResolver = .system
) throws(ConfigurationErrors) -> LoadedConfiguration {
  var report = SettingReport()
  let document = ConfigurationDocument(file: inputs.file, folder: inputs.folder, files, &report)
  let draft = ConfigurationDraft(document.root, &report)
  var rules = OutputRules(runtimeFolder: inputs.runtimeFolder)
  let enabled = draft.keys.filter(\.key.enabled)
  rules.check(enabled, &report)
  checkUnits(enabled, &report)
  checkUsers(enabled, &report)
  guard report.errors.isEmpty else { throw ConfigurationErrors(report.errors) }
  return LoadedConfiguration(
    keeper: Compilation.compile(draft, inputs, names), files: document.paths,
    disabledKeys: draft.keys.filter { !$0.key.enabled }.map(\.name), draft: draft)
}

/// A unit gets its key by its name alone, so only one key may list it.
private func checkUnits(_ keys: [(name: KeyName, key: KeyDraft)], _ report: inout SettingReport) {
  var owners: [String: KeyName] = [:]
  for (name, key) in keys {
    for unit in Set(key.units ?? []).sorted() {
      guard let other = owners.updateValue(name, forKey: unit) else { continue }
      report.refuse(
        "keys.\(name.text).units", at: key.origins["units"], "\(quoted(unit)) is listed by keys.\(other.text) too")
    }
  }
}

/// Two keys would take each other's place among the two credentials that IAM allows one user.
private func checkUsers(_ keys: [(name: KeyName, key: KeyDraft)], _ report: inout SettingReport) {
  for (index, (name, key)) in keys.enumerated() {
    guard let user = key.user,
      let other = keys[..<index].first(where: { $0.key.user == user && $0.key.hasSource(of: key) })
    else { continue }
    report.refuse(
      "keys.\(name.text).user", at: key.origins["user"], "\(quoted(user)) is the user of keys.\(other.name.text) too",
      hint: "each long-term key needs a user of its own")
  }
}
