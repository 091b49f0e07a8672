import CLinux
import Glibc
import KeyModel
import KeyPublishing
import KeyReporting
import LinuxHost
import ProcessMessages
import RenewalSchedule

extension Keeper {
  /// Whether the key lives and an application can read it.
  func hasLiveFile(_ key: Int, _ now: ClockReading) -> Bool {
    schedule.isLive(key, at: now) && publisher.files[key].isPublished
  }

  /// The required keys without a live file.
  private func missingKeys(_ now: ClockReading) -> [Int] {
    configuration.keys.indices.filter { configuration.keys[$0].required && !hasLiveFile($0, now) }
  }

  /// Tells READY=1 once every required key has a live file, or the wait for them is over: one broken key must not keep
  /// the consumers of the others waiting.
  func updateReadiness(_ now: ClockReading) {
    guard !isReady, !publisher.hasWork else { return }
    let missing = missingKeys(now)
    let isLate = now.boot - started.boot >= configuration.daemon.readyTimeout
    guard missing.isEmpty || isLate else { return }
    isReady = true
    // First, so that whoever waited for this finds in the status what is true.
    writeStatus(now)
    serviceManager.ready()
    // The start went through code that the months after it do not need.
    clinux_release_code_pages()
    guard !missing.isEmpty else {
      tell(.init(.ready, .info, "ready: every required key has a live file"))
      return
    }
    let names = missing.map { configuration.keys[$0].name.text }.joined(separator: ", ")
    tell(.init(.ready, .error, "ready, but degraded: no live file for \(names)"))
  }

  /// Writes status.json and the line of `systemctl status`.
  func writeStatus(_ now: ClockReading) {
    isStatusStale = false
    lastStatus = now.boot
    updateStatusText(now)
    writePublic(statusDocument(now).json, to: "\(configuration.runtimeFolder)/status.json")
    if let path = configuration.daemon.metricsFile { writePublic(metricsDocument.text, to: path) }
  }

  /// Replaces a file that everybody may read; a failure is told once.
  private func writePublic(_ text: String, to path: String) {
    let bytes = Array(text.utf8)
    let failure: PublishingError? = bytes.withUnsafeBytes { buffer in
      do throws(PublishingError) {
        try AtomicFile.replace(path, access: FileAccess(mode: 0o644), with: [buffer])
        return nil
      } catch { return error }
    }
    guard let failure, toldWarnings.insert(failure.message).inserted else { return }
    tell(JournalEntry(.outputFailed, .error, failure.message))
  }

  private var metricsDocument: MetricsDocument {
    MetricsDocument(
      keys: schedule.keys.map {
        .init(
          name: $0.name, expires: $0.receipt?.expires, lastRenewal: $0.lastRenewal, renewals: $0.renewals,
          failures: $0.failureCounts)
      })
  }

  private func updateStatusText(_ now: ClockReading) {
    let text = describeKeys(now)
    guard text != statusText else { return }
    statusText = text
    serviceManager.status(text)
  }

  private func describeKeys(_ now: ClockReading) -> String {
    let live = configuration.keys.indices.filter { hasLiveFile($0, now) }
    var text = "\(live.count) of \(configuration.keys.count) key(s) live"
    let ends = live.compactMap { key in schedule.keys[key].receipt?.expires.map { ($0, key) } }
    if let (end, key) = ends.min(by: { $0.0 < $1.0 }) {
      text += "; \(configuration.keys[key].name.text) expires first, at \(end.rfc3339)"
    }
    let missing = missingKeys(now).map { configuration.keys[$0].name.text }
    return missing.isEmpty ? text : text + "; missing: \(missing.joined(separator: ", "))"
  }

  private func statusDocument(_ now: ClockReading) -> StatusDocument {
    StatusDocument(
      pid: getpid(), started: started.wall, isDegraded: !missingKeys(now).isEmpty, clockSkew: schedule.clockSkew,
      keys: configuration.keys.indices.map { keyStatus($0, now) })
  }

  private func keyStatus(_ key: Int, _ now: ClockReading) -> StatusDocument.Key {
    let known = schedule.keys[key]
    return StatusDocument.Key(
      name: known.name, type: configuration.keys[key].longTerm == nil ? .shortTerm : .longTerm, state: state(key, now),
      required: configuration.keys[key].required,
      region: known.receipt?.region ?? configuration.keys[key].region?.name ?? "", receipt: known.receipt,
      window: known.window, nextRenewal: schedule.nextAttempt(key, at: now), failures: known.failures,
      lastError: known.lastFailure?.text,
      outputs: publisher.files[key].outputs.map {
        .init(path: $0.settings.path, format: $0.settings.format.word, error: $0.error)
      })
  }

  private func state(_ key: Int, _ now: ClockReading) -> StatusDocument.State {
    let known = schedule.keys[key]
    if let rotation = rotations[key], !rotation.machine.ambiguous.isEmpty { return .ambiguous }
    guard let receipt = known.receipt else { return known.failures > 0 ? .failing : .pending }
    guard receipt.isLive(at: schedule.corrected(now)) else { return .expired }
    if known.failures > 0 { return .failing }
    return receipt.isExample ? .example : .valid
  }
}
