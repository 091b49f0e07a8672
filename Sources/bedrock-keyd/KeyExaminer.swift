import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// Examines keys as they are on disk right now; status.json is only asked which keys there are.
struct KeyExaminer {
  /// What was found.
  struct Result {
    /// The keys that decide.
    var judged: [KeyVerdict]
    /// The keys that are only named.
    var others: [KeyVerdict] = []
    /// Whether every key that decides lives and can be read from an output.
    var allLive = false

    /// Whether the daemon runs and keeps no such key: waiting is of no use.
    var isUnknown = false

    /// The worst of the keys that decide.
    var worst: KeyVerdict.Level {
      judged.map(\.level).max { $0.severity < $1.severity } ?? .unknown
    }
  }

  let runtime: RuntimeOptions
  let warning: Duration?
  let critical: Duration?

  /// Examines one key, or all.
  func examine(_ wanted: String?) -> Result {
    let status: StatusFile
    do throws(Failure) { status = try StatusFile.read(in: runtime.folder) } catch {
      return Result(judged: [KeyVerdict(name: wanted ?? "", .unknown, error.text)])
    }
    let isRunning = runtime.isDaemonRunning
    var result = Result(judged: [], allLive: true)
    for key in status.keys where wanted == nil || key.name == wanted {
      let isJudged = wanted != nil || key.required
      var verdict = examine(key, at: status.now)
      if !isRunning && verdict.level == .ok { verdict.worsen(to: .warning, "but the daemon does not run") }
      if isJudged { result.judged.append(verdict) } else { result.others.append(verdict) }
      if isJudged && !(verdict.lives && verdict.isPublished) { result.allLive = false }
    }
    if result.judged.isEmpty {
      let known = status.keys.map(\.name).joined(separator: ", ")
      let name = wanted.map { "key \($0)" } ?? "a required key"
      result.judged = [
        KeyVerdict(name: wanted ?? "", .unknown, "the daemon does not keep \(name) (it keeps: \(known))")
      ]
      result.allLive = false
      result.isUnknown = isRunning
    }
    return result
  }

  /// Reads the record and every output, or asks the daemon where they may not be read.
  private func examine(_ key: StatusFile.Key, at now: Timestamp) -> KeyVerdict {
    // What the daemon does not count (made under other settings, say) is not there, whatever lies on disk.
    guard key.issued != nil else {
      let reason = key.lastError ?? "it was not issued yet"
      return KeyVerdict(name: key.name, .critical, "key \(key.name) is not there: \(reason)")
    }
    guard let name = KeyName(key.name) else { return KeyVerdict(name: key.name, .unknown, "no key's name") }
    let record: KeyRecord
    do throws(SystemError) {
      record = try RecordFile(runtimeFolder: runtime.folder, key: name).read()
    } catch {
      if error.code == EACCES { return askDaemon(key, name, at: now) }
      let reason = key.lastError ?? error.reason
      return KeyVerdict(name: key.name, .critical, "key \(key.name) is not there: \(reason)")
    }
    var verdict = judge(key, record.receipt, at: now)
    verdict.isPublished = key.outputs.isEmpty
    for output in key.outputs {
      guard !holds(output, record.key) else {
        verdict.isPublished = true
        continue
      }
      let reason = output.error ?? "it holds something else"
      verdict.worsen(to: .critical, "\(output.path) does not hold it: \(reason)")
    }
    return verdict
  }

  private func judge(_ key: StatusFile.Key, _ receipt: KeyReceipt, at now: Timestamp) -> KeyVerdict {
    let life = receipt.expires.map { $0 - receipt.issued } ?? .zero
    return KeyVerdict(
      name: key.name, receipt: receipt,
      thresholds: .init(window: key.window ?? life / 3, warning: warning, critical: critical),
      at: now)
  }

  private func askDaemon(_ key: StatusFile.Key, _ name: KeyName, at now: Timestamp) -> KeyVerdict {
    do throws(SystemError) {
      let reply = try runtime.ask(.check(name))
      guard let receipt = reply.receipt else {
        return KeyVerdict(name: key.name, .critical, "key \(key.name): \(reply.text)")
      }
      var verdict = judge(key, receipt, at: now)
      if !reply.isAccepted { verdict.worsen(to: .critical, reply.text) }
      return verdict
    } catch {
      let message = "key \(key.name) may not be read, and the daemon does not answer: \(error.reason)"
      return KeyVerdict(name: key.name, .unknown, message)
    }
  }

  private func holds(_ output: StatusFile.Output, _ key: borrowing SecretBytes) -> Bool {
    guard let content = output.read(), let found = extractKey(content, format: output.format) else { return false }
    return found.equals(key)
  }
}
