import KeyModel
import KeyReporting
import LinuxHost
import RenewalSchedule

extension Keeper {
  /// Puts a report of the schedule into words.
  func tell(_ report: ScheduleReport) {
    switch report {
    case .renewed(let key, let recovered): tellRenewed(key, recovered)
    case .repeated(let key):
      attempted.insert(key)
      tell(entry(.repeated, .debug, "kept key \(name(key)): its source repeated credentials that live no longer", key))
    case .failed(let key, let failure, let isNews):
      attempted.insert(key)
      tellFailed(key, failure, isNews)
      if schedule.keys[key].failures == 1 { runHooks(of: key, for: [.failing]) }
    case .unverified(let key, let doubt): tellUnverified(key, doubt)
    case .verified(let key): tell(entry(.verified, .info, "Bedrock accepts key \(name(key)) again", key))
    case .expired(let key):
      let death = schedule.keys[key].receipt?.deathWords(at: schedule.corrected(.now())) ?? "is dead"
      let reason = schedule.keys[key].lastFailure.map { ": \($0.text)" } ?? ""
      tell(entry(.expired, .error, "key \(name(key)) \(death)\(reason)", key))
      runHooks(of: key, for: [.expired])
    case .runaway(let source, let runs):
      let names = configuration.keys.filter { $0.source == source }.map(\.name.text).joined(separator: ", ")
      tell(
        JournalEntry(
          .runaway, .warning,
          "the credentials of \(names) were asked for \(runs) times within an hour: they live too short, or something is"
            + " wrong"))
    }
  }

  /// Why `--once` does not exit with 0.
  func missingEntry(_ key: Int) -> JournalEntry {
    let reason = schedule.keys[key].lastFailure?.text ?? "no output could be written"
    return entry(.failed, .error, "key \(name(key)) has no live file: \(reason)", key)
  }

  private func tellRenewed(_ key: Int, _ recovered: Bool) {
    attempted.insert(key)
    if !configuration.keys[key].hooks.isEmpty { awaitsHooks[key] = recovered ? [.recovered, .renewed] : [.renewed] }
    guard let receipt = schedule.keys[key].receipt else { return }
    let again = recovered ? " after failures" : ""
    tell(entry(.renewed, .info, "renewed key \(name(key))\(again)\(describe(key, receipt))", key))
    if !receipt.expiresKnown {
      warnOnce(
        "the credentials of key \(name(key)) do not say until when they live: it is renewed hourly"
          + " (AWS_CREDENTIAL_EXPIRATION tells)", key)
    }
    if receipt.isExample {
      warnOnce("key \(name(key)) is signed with AWS's published example credentials: Bedrock will not accept it", key)
    }
  }

  private func tellUnverified(_ key: Int, _ doubt: Verification.Doubt) {
    let what = doubt.isRefusal ? "Bedrock refuses it" : "it could not be verified"
    var told = entry(
      .unverified, .warning, "key \(name(key)) is published although \(what): \(doubt.failure.text)", key)
    told.reason = doubt.failure.reason
    tell(told)
  }

  private func tellFailed(_ key: Int, _ failure: Failure, _ isNews: Bool) {
    let receipt = schedule.keys[key].receipt
    let isLive = schedule.isLive(key, at: .now())
    let rest =
      isLive ? receipt?.expires.map { "; the old key lives until \($0.rfc3339)" } ?? "" : "; there is no live key"
    var told = entry(
      .failed, isNews ? (isLive ? .warning : .error) : .debug, "cannot renew key \(name(key)): \(failure.text)\(rest)",
      key)
    told.reason = failure.reason
    tell(told)
  }

  /// Tells of a key that lives since before the start.
  func tellRestored(_ key: Int, _ receipt: KeyReceipt) {
    tell(entry(.started, .info, "found key \(name(key)) alive\(describe(key, receipt))", key))
  }

  /// Where a key is, until when it lives and when it is renewed next.
  private func describe(_ key: Int, _ receipt: KeyReceipt) -> String {
    let now = schedule.corrected(.now())
    let path = configuration.keys[key].outputs.first.map { " in \($0.path)" } ?? ""
    let life = receipt.expires.map { "lives until \($0.rfc3339) (\(($0 - now).words))" } ?? "never expires"
    let next = schedule.keys[key].renewal.map { ", next renewal \($0.rfc3339) (in \(($0 - now).words))" } ?? ""
    return "\(path): \(life)\(next)"
  }

  /// Tells when the clock goes beyond what AWS tolerates, and when it is back: not at each answer between.
  func tellClockSkew() {
    let isOff = !ClockSkew.isTolerated(schedule.clockSkew)
    guard isOff != isClockOff else { return }
    isClockOff = isOff
    isStatusStale = true
    guard isOff else {
      return tell(JournalEntry(.clockSkewed, .info, "the clock of this machine agrees with AWS's again"))
    }
    tell(
      JournalEntry(
        .clockSkewed, .warning,
        "the clock of this machine is \(ClockSkew.words(schedule.clockSkew)): keys are signed with AWS's time, other"
          + " programs' requests will be refused (timedatectl shows whether it is synchronized)"))
  }

  private func warnOnce(_ message: String, _ key: Int) {
    guard toldWarnings.insert(message).inserted else { return }
    tell(entry(.warning, .warning, message, key))
  }

  private func entry(_ event: JournalEvent, _ level: LogLevel, _ message: String, _ key: Int) -> JournalEntry {
    JournalEntry(
      event, level, message, key: configuration.keys[key].name, receipt: schedule.keys[key].receipt,
      nextRenewal: schedule.keys[key].renewal)
  }

  private func name(_ key: Int) -> String { configuration.keys[key].name.text }
}
