import ArgumentParser
import Glibc
import Issuing
import KeyModel
import LinuxHost
import ProcessMessages
import RenewalSchedule

/// Issues each key once, shows what would be published where, and forgets it. The exit code is 1 if a key cannot be
/// issued.
func rehearseAll(_ configuration: KeeperConfiguration, environment: Environment) throws {
  var hasFailed = false
  for source in configuration.sources.indices {
    let keys = configuration.keys.filter { $0.source == source }
    let request = IssueRequest(
      source: configuration.sources[source],
      keys: keys.map {
        .init(
          name: $0.name, family: $0.family, region: $0.region, lifetime: $0.lifetime,
          verify: $0.verify, settingsDigest: $0.settingsDigest)
      },
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

private func describe(_ key: KeySettings, _ receipt: KeyReceipt) {
  var random = SeededRandom(seed: 0)
  let renewal = RenewalPolicy.renewalTime(of: receipt, renewBefore: key.renewBefore, random: &random)
  let end = receipt.expires.map { "would live until \($0.rfc3339)" } ?? "would never expire"
  let next = renewal.map { ", be renewed at \($0.rfc3339)" } ?? ""
  writeLine(
    "key \(key.name.text) (\(receipt.region), credentials from \(receipt.credentialSource.rawValue)) \(end)\(next)",
    to: STDOUT_FILENO)
  for output in key.outputs {
    let mode = String(output.mode, radix: 8)
    let problem = output.unresolved.map { ": \($0)" } ?? ""
    writeLine("  \(output.path) (\(output.format.word), mode 0\(mode))\(problem)", to: STDOUT_FILENO)
  }
}
