import KeyModel
import LinuxHost
import ProcessMessages

/// Makes what the keeper needs of validated drafts.
struct Compilation {
  private let identity: KeyIdentity
  private let runtimeFolder: String
  private var names: ResolvedNames
  private var sources: [SourceSettings] = []
  private var indices: [SourceSettings: Int] = [:]

  init(_ inputs: ConfigurationInputs, _ resolver: NameResolver) {
    identity = KeyIdentity(startEnvironment: inputs.environment)
    runtimeFolder = inputs.runtimeFolder
    names = ResolvedNames(resolver)
  }

  /// The keeper's configuration; keys that are not enabled are left out.
  static func compile(
    _ draft: ConfigurationDraft, _ inputs: ConfigurationInputs, _ resolver: NameResolver
  ) -> KeeperConfiguration {
    var compilation = Compilation(inputs, resolver)
    let keys = draft.keys.filter(\.key.enabled).map { compilation.key($0.name, $0.key) }
    return KeeperConfiguration(
      daemon: compilation.daemon(draft.daemon), sources: compilation.sources, keys: keys,
      runtimeFolder: inputs.runtimeFolder, stateFolder: inputs.stateFolder)
  }

  private mutating func daemon(_ draft: DaemonDraft) -> KeeperConfiguration.Daemon {
    var daemon = KeeperConfiguration.Daemon()
    daemon.parallel = draft.parallel
    daemon.attemptTimeout = draft.attemptTimeout
    daemon.readyTimeout = draft.readyTimeout
    daemon.logLevel = draft.logLevel
    daemon.removeOnStop = draft.removeOnStop
    daemon.metricsFile = draft.metricsFile
    if case .number(let group) = names.group(draft.controlGroup) { daemon.controlGroup = group }
    return daemon
  }

  private mutating func key(_ name: KeyName, _ draft: KeyDraft) -> KeySettings {
    KeySettings(
      name: name, source: source(of: draft), required: draft.required, family: draft.family,
      region: draft.region, lifetime: draft.lifetime, renewBefore: draft.renewBefore, verify: draft.verify,
      outputs: draft.effectiveOutputs(name, runtimeFolder).map { output($0) },
      hooks: (draft.hooks ?? []).map { HookSettings(events: $0.events, command: $0.command, timeout: $0.timeout) },
      units: draft.units ?? [], readers: readers(of: draft), longTerm: draft.longTerm,
      settingsDigest: identity.digest(draft))
  }

  /// A reader that does not exist cannot ask; the warnings of the configuration name it.
  private mutating func readers(of draft: KeyDraft) -> [UInt32] {
    (draft.readers ?? []).compactMap { reader in
      if case .number(let user) = names.user(reader) { user } else { nil }
    }
  }

  /// Short-term keys of the same profile, environment and roles_anywhere share a source, and so one run of the issuer; a
  /// long-term key has its own, since what is asked for it is another thing each time.
  private mutating func source(of draft: KeyDraft) -> Int {
    let variables = draft.environment.sorted { $0.name < $1.name }
    let source = SourceSettings(
      profile: draft.profile,
      environment: variables.map { Variable(name: $0.name, value: $0.value) },
      rolesAnywhere: draft.rolesAnywhere?.compiled)
    if draft.type == .shortTerm {
      if let index = indices[source] { return index }
      indices[source] = sources.count
    }
    sources.append(source)
    return sources.count - 1
  }

  private mutating func output(_ draft: OutputDraft) -> OutputSettings {
    var output = OutputSettings(path: draft.path, format: draft.compiledFormat, mode: draft.mode)
    var unresolved: [String] = []
    if let owner = draft.owner {
      switch names.user(owner) {
      case .number(let number): output.owner = number
      case .unknown(let reason): unresolved.append(reason)
      }
    }
    if let group = draft.group {
      switch names.group(group) {
      case .number(let number): output.group = number
      case .unknown(let reason): unresolved.append(reason)
      }
    }
    output.unresolved = unresolved.isEmpty ? nil : unresolved.joined(separator: ", ")
    return output
  }
}

extension OutputDraft {
  /// The format with what belongs to it; constants in the order of their names.
  fileprivate var compiledFormat: OutputSettings.Format {
    switch format {
    case .token: return .token
    case .json: return .json
    case .env:
      let sorted = constants.sorted { $0.name < $1.name }
      return .env(
        variables: effectiveVariables,
        constants: sorted.map { Variable(name: $0.name, value: $0.value) })
    }
  }
}
