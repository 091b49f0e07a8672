import KeyModel

extension SourceObservation {
  /// What is found of the credentials: who answered, by what path, and who was asked before.
  var credentialFindings: [Finding] {
    switch credentials {
    case .success(let found): return answered(found) + passedFindings
    case .failure(let failure):
      let late = took >= .seconds(1) ? ", after \(took.words)" : ""
      return [
        Finding(.problem, .credentials, failure.message + late, remedy: remedy(failure))
          .with(["reason": failure.reason.rawValue])
      ] + passedFindings
    }
  }

  private func answered(_ found: Credentials) -> [Finding] {
    let path = found.path.joined(separator: "; ")
    var findings = [
      Finding(.fine, .credentials, "credentials from \(found.source.rawValue): \(path)")
        .with(["source": found.source.rawValue])
    ]
    findings += found.warnings.map {
      Finding(.warning, .credentials, $0, remedy: "see to it before it keeps keys from being made")
    }
    if found.isExample {
      findings.append(
        Finding(
          .problem, .credentials, "they are AWS's published example credentials: Bedrock accepts no key of theirs",
          remedy: "configure credentials of your own account"))
    }
    if let shadowedProfile {
      findings.append(
        Finding(
          .note, .credentials,
          "profile \(shadowedProfile) of AWS_PROFILE is not used: the variables with keys go before it",
          remedy: "unset AWS_ACCESS_KEY_ID, or name the profile in the key's configuration"))
    }
    if took * 2 > attemptTimeout {
      findings.append(
        Finding(
          .warning, .credentials, "they took \(took.words), and an attempt may take \(attemptTimeout.words)",
          remedy: "find what is slow, or raise attempt_timeout in [daemon]"))
    }
    return findings
  }

  private var passedFindings: [Finding] {
    guard !passed.isEmpty else { return [] }
    let names = passed.map { "\($0.provider) (\($0.reason))" }.joined(separator: ", ")
    return [Finding(.note, .credentials, "asked before, in vain: \(names)")]
  }

  private func remedy(_ failure: Failure) -> String {
    guard isNothingConfigured else { return failure.remedy }
    return "set AWS_PROFILE or the key's profile, give the machine a role, or put credentials into the environment"
      + " of the daemon (/etc/default/bedrock-keyd)"
  }
}
