import KeyModel
import KeyReporting
import LinuxHost
import ProcessMessages
import RenewalSchedule

extension Keeper {
  /// Starts the configuration compiler; a reload that was asked for while one runs begins anew.
  func startCompiler(_ purpose: ConfigurationChild.Purpose) {
    if purpose == .reload { serviceManager.reloading() }
    compiler = nil
    do throws(SystemError) {
      compiler = try ConfigurationChild(
        purpose, arguments: options.compileArguments, program: program, at: ClockReading.now().boot)
    } catch {
      finish(purpose, .failure(Failure(.internal, "cannot start the configuration compiler: \(error.reason)")))
    }
  }

  /// Takes what the compiler answered, or ends it when it is late.
  func takeCompiler() {
    guard let child = compiler else { return }
    var result = child.advance()
    if result == nil && child.deadline <= ClockReading.now().boot {
      result = .failure(
        Failure(
          .timeout,
          "cannot load the configuration: its compiler took longer than \(ConfigurationChild.timeout.setting)"))
    }
    guard let result else { return }
    compiler = nil
    finish(child.purpose, result)
  }

  private func finish(_ purpose: ConfigurationChild.Purpose, _ result: Result<KeeperConfiguration, Failure>) {
    switch (purpose, result) {
    case (.names, .success(let new)):
      let now = ClockReading.now()
      publisher.adoptNames(from: new.keys) { schedule.isLive($0, at: now) }
    case (.names, .failure(let failure)):
      // Tried again with the outputs that wait for it; what is new about it is told once.
      let warning = "cannot look up users and groups again: \(failure.text)"
      if toldWarnings.insert(warning).inserted { tell(JournalEntry(.warning, .warning, warning)) }
    case (.reload, .success(let new)):
      // The issuers of the old configuration are ended; one that makes a credential must not be.
      waitingConfiguration = new
      takeWaitingConfiguration()
    case (.reload, .failure(let failure)):
      tell(
        JournalEntry(
          .reloadFailed, .error, "\(failure.text); the old configuration stays in force", reason: failure.reason))
      serviceManager.ready()
    }
    isStatusStale = true
  }

  /// Puts a configuration that waits into force, unless a credential is being made under the old one.
  func takeWaitingConfiguration() {
    guard let new = waitingConfiguration, !rotations.values.contains(where: \.isCreating) else { return }
    waitingConfiguration = nil
    replace(by: new)
    tell(JournalEntry(.reloaded, .info, "loaded the configuration: \(new.keys.count) key(s)"))
    serviceManager.ready()
    isStatusStale = true
  }

  /// Puts a new configuration into force: running issuers were asked under the old one, so they are dropped.
  private func replace(by new: KeeperConfiguration) {
    pool.killAll()
    removeFormer(new)
    let former = configuration.keys.map(\.name)
    schedule = schedule.reconfigured(
      keys: new.keys.map { ScheduledKey($0) }, parallel: new.daemon.parallel,
      attemptTimeout: new.daemon.attemptTimeout)
    configuration = new
    journal.level = new.daemon.logLevel
    credentials?.forgetKeys()
    let awaiting = Dictionary(uniqueKeysWithValues: awaitsHooks.map { (former[$0], $1) })
    awaitsHooks = [:]
    attempted = []
    publisher = Publisher(new.keys, runtimeFolder: new.runtimeFolder, watch: watch)
    let now = ClockReading.now()
    for key in new.keys.indices where schedule.isLive(key, at: now) {
      guard let receipt = schedule.keys[key].receipt else { continue }
      publisher.publishRecord(key, receipt)
      awaitsHooks[key] = awaiting[new.keys[key].name]
    }
    openRotations()
    carryOut(schedule.advance(.woke, at: now))
  }

  /// Removes the files of keys and outputs that are configured no longer, where they are ours to remove.
  private func removeFormer(_ new: KeeperConfiguration) {
    let kept = Set(new.keys.map(\.name))
    let keptPaths = Set(new.keys.flatMap(\.outputs).map(\.path))
    for key in configuration.keys.indices {
      let name = configuration.keys[key].name
      let left = publisher.remove(key, isKeyKept: kept.contains(name), keeping: keptPaths)
      let rest = left.isEmpty ? "" : "; left in place: \(left.joined(separator: ", "))"
      if !kept.contains(name) {
        tell(JournalEntry(.removed, .info, "key \(name.text) is no longer configured\(rest)", key: name))
      } else if !left.isEmpty {
        tell(JournalEntry(.removed, .info, "outputs of key \(name.text) are no longer configured\(rest)", key: name))
      }
    }
  }
}
