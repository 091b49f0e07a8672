import KeyModel
import KeyPublishing
import KeyReporting
import LinuxHost
import ProcessMessages
import RenewalSchedule

extension Keeper {
  /// Carries out what the schedule decided. `arrived` holds the keys that came with the event.
  func carryOut(_ actions: [ScheduleAction], arrived: [ArrivedKey?] = []) {
    for action in actions {
      isStatusStale = true
      switch action {
      case .start(let attempt, let source, let keys): start(attempt, source, keys)
      case .kill(let attempt):
        pool.kill(attempt)
        endKilledCall(attempt)
      case .publish(_, let slot, let key): publish(key, slot < arrived.count ? arrived[slot] : nil)
      case .report(let report): tell(report)
      }
    }
  }

  /// Takes an issuer's answer.
  func take(_ end: IssuerPool.End) {
    for warning in end.warnings where toldWarnings.insert(warning).inserted {
      tell(JournalEntry(.warning, .warning, warning))
    }
    carryOut(schedule.advance(.ended(end.attempt, end.result), at: .now()), arrived: end.keys)
    if let outcome = end.longTerm { endCall(end.attempt, outcome) }
    tellClockSkew()
  }

  private func start(_ attempt: AttemptID, _ source: Int, _ keys: [Int]) {
    let longTerm = longTermRequest(attempt, keys)
    var request = IssueRequest(
      source: configuration.sources[source],
      keys: longTerm != nil
        ? [] : keys.map { .init(configuration.keys[$0]) },
      timeout: configuration.daemon.attemptTimeout, clockSkew: schedule.clockSkew,
      stateFolder: configuration.stateFolder)
    request.longTerm = longTerm
    request.outlived = keys.compactMap { schedule.keys[$0].receipt?.expires }.max()
    if let end = pool.start(attempt, request) { take(end) }
  }

  private func publish(_ key: Int, _ arrived: ArrivedKey?) {
    guard let arrived, let receipt = schedule.keys[key].receipt else { return }
    do throws(PublishingError) {
      try publisher.publish(key, arrived, receipt)
    } catch {
      carryOut(schedule.advance(.publicationFailed(key, Failure(.misconfigured, error.message)), at: .now()))
    }
  }

  /// Writes one output that waits, and tells what is worth telling.
  func publishOne(_ now: ClockReading) {
    defer {
      runAwaitingHooks()
      confirmPublications()
    }
    guard let outcome = publisher.publishNext(at: now.boot) else { return }
    isStatusStale = true
    switch outcome {
    case .written(let key, let path, let error):
      let name = configuration.keys[key].name
      if error == nil {
        tell(JournalEntry(.outputRestored, .debug, "wrote \(path)", key: name))
      } else {
        tell(JournalEntry(.outputRecovered, .info, "wrote \(path), which had failed before", key: name))
      }
    case .failed(let key, let message):
      tell(JournalEntry(.outputFailed, .error, message, key: configuration.keys[key].name, reason: .misconfigured))
    }
  }
}
