import Glibc
import KeyModel
import KeyNotification
import KeyPublishing
import KeyReporting
import LinuxHost
import ProcessMessages
import RenewalSchedule

/// The daemon: one thread and one loop that waits, lets the schedule decide, and carries out what it decided. Everything
/// here is thin; what is worth thinking about lies in RenewalSchedule and KeyPublishing.
package final class Keeper {
  let options: KeeperOptions
  var configuration: KeeperConfiguration
  var schedule: RenewalSchedule
  var publisher: Publisher
  let children: ChildRegistry
  let program: OwnProgram
  let pool: IssuerPool
  let hooks: HookRunner
  /// nil where it cannot listen: keys are kept all the same.
  var credentials: CredentialSocket?
  let control: ControlSocket
  let watch: FolderWatch
  let timer: WallTimer
  let signals: Signals
  let serviceManager: ServiceManager
  var journal: Journal
  let started: ClockReading
  private let lock: FolderLock

  /// The rotations of the long-term keys, by the index of the key.
  var rotations: [Int: RotationRun] = [:]
  /// Held while there are long-term keys.
  var stateLock: FolderLock?
  /// A new configuration that waits for the end of a creation.
  var waitingConfiguration: KeeperConfiguration?
  /// The run of the configuration compiler, if one runs.
  var compiler: ConfigurationChild?
  var isReady = false
  var isStopping = false
  var statusText = ""
  var isStatusStale = true
  var lastStatus: Duration = .seconds(-1)
  var lastAliveness: Duration
  /// The keys that were attempted at least once, for `--once`.
  var attempted: Set<Int> = []
  /// The keys that were renewed and whose hooks run once their outputs are written, with the events that happened.
  var awaitsHooks: [Int: [HookEvent]] = [:]
  /// Warnings that were told, so that each is told once.
  var toldWarnings: Set<String> = []
  /// Whether it was told that the clock is off by more than AWS tolerates.
  var isClockOff = false

  /// Takes the runtime folder, or says why it cannot.
  package init(options: KeeperOptions, configuration: KeeperConfiguration, environment: Environment) throws(Failure) {
    self.options = options
    self.configuration = configuration
    started = .now()
    lastAliveness = started.boot
    serviceManager = ServiceManager()
    journal = Journal(environment: environment, level: configuration.daemon.logLevel)
    lock = try FolderLock(configuration.runtimeFolder, purpose: "start")
    do throws(SystemError) {
      children = try ChildRegistry()
      signals = try Signals([SIGHUP, SIGUSR1, SIGTERM, SIGINT, SIGCHLD])
      timer = try WallTimer()
      watch = try FolderWatch()
      control = try ControlSocket(runtimeFolder: configuration.runtimeFolder)
    } catch { throw Failure(.internal, "cannot start in \(configuration.runtimeFolder): \(error.reason)") }
    program = OwnProgram(children: children, environment: environment.keeping(["PATH", "HOME", "LANG"]))
    pool = IssuerPool(program: program)
    hooks = HookRunner(children: children)
    AtomicFile.removeLeftovers(in: configuration.runtimeFolder)
    publisher = Publisher(configuration.keys, runtimeFolder: configuration.runtimeFolder, watch: watch)
    var seed = SystemRandomNumberGenerator()
    schedule = RenewalSchedule(
      keys: configuration.keys.map { ScheduledKey($0) }, parallel: configuration.daemon.parallel,
      attemptTimeout: configuration.daemon.attemptTimeout, random: SeededRandom(seed: seed.next()))
  }

  /// Runs until a signal ends it; the result is the exit code.
  package func run() -> Int32 {
    start()
    while !isStopping {
      let ready = waitForDescriptors(
        reading: descriptors, writing: credentials?.writers ?? [], timeout: pollTimeout(.now()))
      pass(Set(ready))
    }
    return stop()
  }

  /// Lets live records count, and says that the daemon is there.
  private func start() {
    tell(
      JournalEntry(
        .started, .info,
        "started bedrock-keyd \(productVersion) for \(configuration.keys.count) key(s) in \(configuration.runtimeFolder)"
      )
    )
    openCredentialSocket()
    if configuration.daemon.readyTimeout > .seconds(60) {
      serviceManager.extendTimeout(by: configuration.daemon.readyTimeout + .seconds(30))
    }
    let spread: Duration = options.isOnce ? .zero : RenewalPolicy.startSpread
    for key in configuration.keys.indices {
      guard let receipt = publisher.recordedReceipt(key) else { continue }
      schedule.restore(receipt, for: key, within: spread, at: started)
      guard schedule.isLive(key, at: started) else { continue }
      publisher.publishRecord(key, receipt)
      tellRestored(key, receipt)
    }
    openRotations()
    carryOut(schedule.advance(.woke, at: .now()))
    arm(.now())
  }

  /// Ends the children, leaves the files as they are (or removes them, if asked to), and says so.
  private func stop() -> Int32 {
    serviceManager.stopping()
    awaitCreations()
    pool.killAll()
    compiler = nil
    children.endAll()
    while publisher.hasWork { publishOne(.now()) }
    let missing = configuration.keys.indices.filter { !hasLiveFile($0, .now()) }
    if configuration.daemon.removeOnStop {
      for key in configuration.keys.indices { publisher.removeAll(key) }
    }
    writeStatus(.now())
    unlink("\(configuration.runtimeFolder)/\(ControlSocket.name)")
    guard options.isOnce else {
      tell(JournalEntry(.stopped, .info, "stopped; keys on disk live on until they expire by themselves"))
      return 0
    }
    for key in missing { tell(missingEntry(key)) }
    return missing.isEmpty ? 0 : 1
  }

  /// Writes an entry.
  func tell(_ entry: JournalEntry) { journal.write(entry, at: ClockReading.now().wall) }
}

extension ScheduledKey {
  /// A key of the configuration that was not issued yet.
  init(_ settings: KeySettings) {
    self.init(
      name: settings.name, source: settings.source, renewBefore: settings.renewBefore,
      settingsDigest: settings.settingsDigest, verify: settings.verify,
      isRotated: settings.longTerm != nil)
  }
}
