import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost
import ProcessMessages
import RenewalSchedule

/// Issues each short-term key once, shows what would be published where, and forgets it; for a long-term key it only looks
/// what IAM has. The exit code is 1 if a key cannot be issued.
func rehearseAll(_ configuration: KeeperConfiguration, environment: Environment) throws {
  var hasFailed = false
  for source in configuration.sources.indices {
    let keys = configuration.keys.filter { $0.source == source }
    if let key = keys.first, let longTerm = key.longTerm {
      hasFailed = !lookUp(key, longTerm, configuration, environment) || hasFailed
      continue
    }
    let request = IssueRequest(
      source: configuration.sources[source],
      keys: keys.map { .init($0) },
      timeout: configuration.daemon.attemptTimeout, clockSkew: .zero, stateFolder: configuration.stateFolder)
    let answer = rehearse(request, environment: environment)
    for warning in answer.warnings { writeLine("warning: \(warning)", to: STDERR_FILENO) }
    for (key, outcome) in zip(keys, answer.outcomes) {
      switch outcome {
      case .issued(let receipt, _, let verification):
        describe(key, receipt)
        guard let doubt = verification?.doubt else { continue }
        hasFailed = hasFailed || (key.verify == .require && doubt.isRefusal)
        writeLine("bedrock-keyd: key \(key.name.text): \(doubt.failure.text)", to: STDERR_FILENO)
      case .failed(let failure):
        hasFailed = true
        writeLine("bedrock-keyd: key \(key.name.text): \(failure.text)", to: STDERR_FILENO)
      }
    }
  }
  if hasFailed { throw ExitCode(1) }
}

/// Shows what the user of a long-term key has; false where that cannot be found out.
private func lookUp(
  _ key: KeySettings, _ longTerm: LongTermSettings, _ configuration: KeeperConfiguration, _ environment: Environment
) -> Bool {
  var request = IssueRequest(
    source: configuration.sources[key.source], keys: [], timeout: configuration.daemon.attemptTimeout,
    clockSkew: .zero, stateFolder: configuration.stateFolder)
  request.longTerm = LongTermRequest(
    key: key.name, user: longTerm.user, region: key.region, call: .list, settingsDigest: key.settingsDigest)
  switch rehearseLongTerm(request, environment: environment) {
  case .listed(let credentials):
    let found = credentials.map { "\($0.id.text) (\($0.status.rawValue))" }.joined(separator: ", ")
    writeLine(
      "key \(key.name.text) would be made and rotated for user \(longTerm.user), who has"
        + " \(found.isEmpty ? "no Bedrock credentials" : found)", to: STDOUT_FILENO)
    describeOutputs(key)
    return true
  case .failed(let failure, _):
    writeLine("bedrock-keyd: key \(key.name.text): \(failure.text)", to: STDERR_FILENO)
    return false
  default: return false
  }
}

private func describe(_ key: KeySettings, _ receipt: KeyReceipt) {
  var random = SeededRandom(seed: 0)
  let renewal = RenewalPolicy.renewalTime(of: receipt, renewBefore: key.renewBefore, random: &random)
  let end = receipt.expires.map { "would live until \($0.rfc3339)" } ?? "would never expire"
  let next = renewal.map { ", be renewed at \($0.rfc3339)" } ?? ""
  writeLine(
    "key \(key.name.text) (\(receipt.region), credentials from \(receipt.credentialSource.rawValue)) \(end)\(next)",
    to: STDOUT_FILENO)
  describeOutputs(key)
}

private func describeOutputs(_ key: KeySettings) {
  for output in key.outputs {
    let mode = String(output.mode, radix: 8)
    let problem = output.unresolved.map { ": \($0)" } ?? ""
    writeLine("  \(output.path) (\(output.format.word), mode 0\(mode))\(problem)", to: STDOUT_FILENO)
  }
}
