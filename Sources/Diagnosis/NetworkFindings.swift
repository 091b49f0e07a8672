import KeyModel

extension SourceObservation {
  /// Who AWS says the credentials are.
  var identityFindings: [Finding] {
    switch identity {
    case nil: []
    case .success(let identity):
      [
        Finding(.fine, .identity, "\(identity.arn), account \(identity.account)")
          .with(["arn": identity.arn, "account": identity.account])
      ]
    case .failure(let failure): [unknownIdentity(failure)]
    }
  }

  /// A short-term key is signed without a network, so it matters only what AWS thinks of the credentials.
  private func unknownIdentity(_ failure: Failure) -> Finding {
    guard [.denied, .misconfigured].contains(failure.reason) else {
      return Finding(.warning, .identity, failure.message, remedy: failure.remedy)
    }
    let remedy =
      failure.hint.isEmpty
      ? "the credentials are wrong, expired or switched off: a key of theirs will not work" : failure.hint
    return Finding(.problem, .identity, failure.message, remedy: remedy)
  }

  /// Which endpoints answer, and by which way.
  var endpointFindings: [Finding] {
    endpoints.map { endpoint in
      let way = endpoint.proxy.map { "through the proxy \($0)" } ?? "directly"
      let values = ["service": endpoint.service, "url": endpoint.url, "proxy": endpoint.proxy]
      switch endpoint.answer {
      case .success(let took):
        return Finding(
          .fine, .endpoint, "\(endpoint.service) answers at \(endpoint.url), \(way), in \(took.milliseconds) ms"
        ).with(values)
      case .failure(let failure):
        return Finding(
          .warning, .endpoint, "\(endpoint.service) cannot be reached at \(endpoint.url), \(way): \(failure.message)",
          remedy: failure.remedy
        ).with(values)
      }
    }
  }

  /// The sources for which the daemon calls AWS, and so learns the time.
  private static let teaching: Set<CredentialSource> = [.assumeRole, .webIdentity, .sso, .login, .rolesAnywhere]

  /// Whether the clock is right.
  var clockFinding: Finding {
    guard let clockSkew else {
      return Finding(
        .note, .clock, "nobody told AWS's time: no endpoint answered over https",
        remedy: "timedatectl shows whether the clock is synchronized")
    }
    return skewFinding(clockSkew).with(["skew_seconds": "\(clockSkew.wholeSeconds)"])
  }

  /// What AWS does not tell the daemon it cannot correct.
  private func skewFinding(_ skew: Duration) -> Finding {
    guard skew != .zero else { return Finding(.fine, .clock, "the clock of this machine agrees with AWS's") }
    let words = "the clock of this machine is \(ClockSkew.words(skew))"
    guard !ClockSkew.isTolerated(skew) else { return Finding(.note, .clock, "\(words): AWS tolerates that") }
    let remedy = "synchronize it: timedatectl set-ntp true"
    guard case .success(let found) = credentials, isVerifying || Self.teaching.contains(found.source) else {
      return Finding(
        .problem, .clock, "\(words), and with these credentials the daemon is not told so: its keys are refused",
        remedy: remedy)
    }
    return Finding(
      .warning, .clock, "\(words): the daemon corrects it for its keys, other programs' requests are refused",
      remedy: remedy)
  }

  /// What Bedrock said to a key.
  var trialFindings: [Finding] {
    trials.map { trial in
      switch trial.outcome {
      case .worked(let words): return Finding(.fine, .trial, "\(trial.what) works\(words.isEmpty ? "" : ": \(words)")")
      case .refused(let failure):
        return Finding(.problem, .trial, "\(trial.what): \(failure.message)", remedy: failure.remedy)
      case .inconclusive(let failure):
        return Finding(.warning, .trial, "\(trial.what): \(failure.message)", remedy: failure.remedy)
      }
    }
  }

  /// All that is found of the source.
  package var group: FindingGroup {
    let names = keys.map(\.name)
    let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    let place =
      isRolesAnywhere ? "IAM Roles Anywhere" : profile.map { "profile \($0)" } ?? "the standard environment"
    return FindingGroup(
      title: "\(names.count == 1 ? "key" : "keys") \(shown): \(place)", keys: names,
      findings: credentialFindings + identityFindings + regionFindings + lifeFindings + [clockFinding]
        + endpointFindings + trialFindings)
  }
}
