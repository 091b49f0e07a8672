import Glibc
import KeyModel
import LinuxHost
import ProcessMessages
import RenewalSchedule

extension Keeper {
  /// Everything that is waited on.
  var descriptors: [Int32] {
    [signals.descriptor.number, timer.descriptor.number, watch.descriptor.number] + control.descriptors
      + pool.descriptors + (compiler?.descriptors ?? []) + (credentials?.readers ?? [])
  }

  /// Work that waits lets the poll return at once; else only the watchdog sets a time, everything that the clock decides
  /// is the timer's.
  func pollTimeout(_ now: ClockReading) -> Duration? {
    if publisher.hasWork { return .zero }
    guard let interval = serviceManager.watchdogTimeout.map({ $0 / 2 }) else { return nil }
    return max(.zero, lastAliveness + interval - now.boot)
  }

  /// One turn of the loop: what came in, what is due, one output, and the pings.
  func pass(_ ready: Set<Int32>) {
    let isTimerDue = ready.contains(timer.descriptor.number)
    if isTimerDue && timer.acknowledge() {
      tell(.init(.clockSet, .debug, "the clock of this machine was set: every key is judged anew"))
    }
    if ready.contains(signals.descriptor.number) { takeSignals() }
    takeAnswers(ready)
    takeControl(ready)
    takeCompiler()
    takeWaitingConfiguration()
    serveCredentials(ready, .now())
    tell(hooks.killLate(at: ClockReading.now().boot))
    if ready.contains(watch.descriptor.number) { publisher.noteChanges(at: ClockReading.now().boot) }
    checkFiles()
    // While outputs wait only the time is worth asking all keys about: that is what keeps thousands cheap.
    if isTimerDue || !publisher.hasWork {
      carryOut(schedule.advance(.woke, at: .now()))
      wakeRotations(.now())
    }
    publishOne(.now())
    tend(.now())
  }

  /// Readiness, status, watchdog, and the timer.
  private func tend(_ now: ClockReading) {
    updateReadiness(now)
    if isStatusStale && !publisher.hasWork && now.boot >= lastStatus + .seconds(1) { writeStatus(now) }
    if let timeout = serviceManager.watchdogTimeout, now.boot >= lastAliveness + timeout / 2 {
      serviceManager.aliveness()
      lastAliveness = now.boot
    }
    if options.isOnce && !publisher.hasWork && isEachKeyAttempted(now) { isStopping = true }
    if !publisher.hasWork { arm(now) }
  }

  /// Sets the timer to the next thing that time decides.
  func arm(_ now: ClockReading) {
    var dues = [publisher.due, compiler?.deadline, credentials?.due, hooks.due].compactMap { $0 }
    if let due = rotationDue(now) { dues.append(due) }
    if let sleep = schedule.sleep(at: now) { dues.append(now.boot + sleep) }
    if isStatusStale { dues.append(lastStatus + .seconds(1)) }
    if !isReady { dues.append(started.boot + configuration.daemon.readyTimeout) }
    // Armed even when nothing is due: only an armed timer tells that the clock was set.
    let idle: Duration = .seconds(365 * 86_400)
    timer.arm(at: now.wall + max(.zero, (dues.min() ?? now.boot + idle) - now.boot))
  }

  private func takeSignals() {
    while let signal = signals.next() {
      switch signal {
      case SIGTERM, SIGINT: isStopping = true
      case SIGHUP: startCompiler(.reload)
      case SIGUSR1: _ = requestRenewal(shortTermKeys(configuration.keys.indices), by: "SIGUSR1")
      case SIGCHLD: tell(hooks.note(children.reap(), at: ClockReading.now().boot))
      default: break
      }
    }
  }

  /// Takes what issuers answered.
  func takeAnswers(_ ready: Set<Int32>) {
    for descriptor in pool.descriptors where ready.contains(descriptor) {
      if let end = pool.advance(descriptor) { take(end) }
    }
  }

  private func takeControl(_ ready: Set<Int32>) {
    guard control.descriptors.contains(where: ready.contains) else { return }
    control.advance(ready, group: configuration.daemon.controlGroup) { request, isTrusted in
      answer(request, isTrusted: isTrusted)
    }
  }

  private func answer(_ request: ControlRequest, isTrusted: Bool) -> ControlReply {
    switch request {
    case .check(nil): return ControlReply(isAccepted: true, text: "running")
    case .check(let name?): return examine(name)
    case .renew(let name):
      guard isTrusted else {
        return ControlReply(
          isAccepted: false,
          text: "cannot ask for a renewal: only root, the daemon's user and members of control_group may")
      }
      let wanted = configuration.keys.indices.filter { name == nil || configuration.keys[$0].name == name }
      guard !wanted.isEmpty else {
        let known = configuration.keys.map(\.name.text).joined(separator: ", ")
        return ControlReply(isAccepted: false, text: "cannot renew \(name?.text ?? "any key"): no such key (\(known))")
      }
      if name != nil, configuration.keys[wanted[0]].longTerm != nil { return requestRotation(wanted[0]) }
      let shortTerm = shortTermKeys(wanted)
      guard !shortTerm.isEmpty else {
        return ControlReply(isAccepted: false, text: "cannot renew any key: a long-term key is rotated only if named")
      }
      return ControlReply(isAccepted: true, text: requestRenewal(shortTerm, by: "a command"))
    }
  }

  /// Reads a key's record and outputs for somebody who may not.
  private func examine(_ name: KeyName) -> ControlReply {
    guard let key = configuration.keys.firstIndex(where: { $0.name == name }) else {
      return ControlReply(isAccepted: false, text: "no such key")
    }
    let (receipt, unheld) = publisher.examine(key)
    guard let receipt, schedule.keys[key].receipt != nil else {
      return ControlReply(isAccepted: false, text: "its record is not there")
    }
    let text = unheld.map { "\($0) does not hold it" }.joined(separator: ", ")
    return ControlReply(isAccepted: unheld.isEmpty, text: text, receipt: receipt)
  }

  private func shortTermKeys(_ keys: some Sequence<Int>) -> [Int] {
    keys.filter { configuration.keys[$0].longTerm == nil }
  }

  private func requestRenewal(_ keys: [Int], by whom: String) -> String {
    let names = keys.map { configuration.keys[$0].name.text }.joined(separator: ", ")
    tell(.init(.requested, .info, "asked by \(whom) to renew \(names)"))
    carryOut(schedule.advance(.renewalRequested(keys), at: .now()))
    return "renewing \(names)"
  }

  private func checkFiles() {
    let now = ClockReading.now()
    let found = publisher.checkChanges(at: now.boot) { schedule.isLive($0, at: now) }
    for path in found.altered {
      tell(.init(.outputRestored, .warning, "restoring \(path): it was deleted or altered from outside"))
    }
    for key in found.lostRecords {
      let name = configuration.keys[key].name
      let what = rotations[key] == nil ? "renewing" : "restoring"
      tell(.init(.outputRestored, .warning, "\(what) key \(name.text): its record was deleted or altered", key: name))
      if rotations[key] == nil { carryOut(schedule.advance(.recordLost(key), at: now)) } else { restoreRecord(key) }
    }
    guard !publisher.hasWork else { return }
    let needsNames = publisher.retryFailed(at: now.boot) { schedule.isLive($0, at: now) }
    if needsNames && compiler == nil { startCompiler(.names) }
  }
}
