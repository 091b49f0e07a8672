import AWSClient
import AWSCredentials
import CLinux
import Glibc
import KeyModel
import LinuxHost
import ProcessMessages

/// `bedrock-keyd issue`: reads a request from standard input to its end and the start environment from descriptor 3,
/// resolves credentials once, signs every key (or makes one call for a long-term key) and writes the answer to standard
/// output. The exit code is 0 whatever became of the keys, because the answer says so, and 1 where there is no answer.
package func runIssuer() -> Int32 {
  let start = ClockReading.now().boot
  // This process holds credentials in ordinary memory, too: JSON and the environment are read as text.
  _ = clinux_forbid_dumps()
  let request: IssueRequest
  let environment: Environment
  do {
    request = try IssueRequest(decoding: try readRequest())
    environment = Environment(block: try readMemoryFile(3))
  } catch {
    return refuse("cannot read the request: \(words(error))")
  }
  var context = issuerContext(request, environment, start: start)
  if let longTerm = request.longTerm {
    // It makes the secret's file.
    umask(0o077)
    let run = LongTermRun.carryOut(longTerm, stateFolder: request.stateFolder, in: &context)
    var issued = IssuedKeys(longTerm: run.outcome)
    issued.warnings = run.warnings
    return answer(issued, context)
  }
  return answer(issue(request, &context), context)
}

/// Writes the answer, with what was learned of AWS's clock; the result is the exit code.
private func answer(_ issued: consuming IssuedKeys, _ context: CredentialContext) -> Int32 {
  do {
    try issued.write(to: STDOUT_FILENO, clockSkew: context.clock.isLearned ? context.clock.skew : nil)
    return 0
  } catch {
    return refuse("cannot write the answer: \(error.reason)")
  }
}

/// Issues the keys of a request in this process and forgets them: what `run --dry-run` shows.
package func rehearse(_ request: IssueRequest, environment: Environment) -> IssueAnswer {
  var context = issuerContext(request, environment, start: ClockReading.now().boot)
  let issued = issue(request, &context)
  return IssueAnswer(outcomes: issued.outcomes, warnings: issued.warnings)
}

/// Carries out a call for a long-term key in this process: what `run --dry-run` looks at.
package func rehearseLongTerm(_ request: IssueRequest, environment: Environment) -> LongTermOutcome {
  guard let longTerm = request.longTerm else {
    return .failed(Failure(.internal, "cannot look at a long-term key: none is named"), isCertain: true)
  }
  var context = issuerContext(request, environment, start: ClockReading.now().boot)
  return LongTermRun.carryOut(longTerm, stateFolder: request.stateFolder, in: &context).outcome
}

/// All of standard input: a pipe to its end, or a memory file from its beginning, wherever its writer left it.
private func readRequest() throws(SystemError) -> [UInt8] {
  let input = Descriptor(owning: STDIN_FILENO)
  let isFile = try input.status().st_mode & S_IFMT == S_IFREG
  return isFile ? try readMemoryFile(STDIN_FILENO) : try input.readAll(limit: IssueAnswer.longest)
}

/// Where credentials are looked for in one run. HOME is below the state folder unless the environment has one, and what
/// the run may take is what the keeper allows, less a tenth (a second at most) to answer in.
func issuerContext(_ request: IssueRequest, _ start: Environment, start moment: Duration) -> CredentialContext {
  var environment = start
  for variable in request.source.environment { environment[variable.name] = variable.value }
  if environment.nonEmpty("HOME") == nil { environment["HOME"] = "\(request.stateFolder)/home" }
  let margin = min(.seconds(1), request.timeout / 10)
  var context = CredentialContext(
    environment: environment, profile: request.source.profile, deadline: moment + request.timeout - margin)
  context.clock = AWSClock(skew: request.clockSkew)
  context.outlived = request.outlived ?? context.awsTime + leastLife
  context.rolesAnywhere = request.source.rolesAnywhere
  return context
}

/// What the credentials of a first key must have left at least: it is to live a while.
private let leastLife: Duration = .seconds(60)

/// Resolves credentials and issues the request's keys.
func issue(_ request: IssueRequest, _ context: inout CredentialContext) -> IssuedKeys {
  let issuer: ShortTermIssuer
  var issued = IssuedKeys(capacity: request.keys.count)
  do throws(CredentialError) {
    try CredentialChain.prepare(&context)
    let credentials = try CredentialChain.resolve(context)
    issued.warnings = credentials.warnings
    issuer = ShortTermIssuer(credentials)
  } catch {
    return IssuedKeys(allFailed: error.failure, count: request.keys.count)
  }
  // Asked once for all keys that name none, and only if there is one.
  let standard: Result<Region, Failure>? =
    request.keys.contains { $0.region == nil } ? standardRegion(context) : nil
  var untried = request.keys.count { $0.verify != .off }
  for key in request.keys {
    do throws(Failure) {
      var region = key.region
      if region == nil { region = try standard?.get() }
      guard let region else { throw missingRegion }
      let one = try issuer.issue(
        key.family, region: region, lifetime: key.lifetime, at: context.awsTime, settingsDigest: key.settingsDigest)
      let verification = key.verify == .off ? nil : verify(one.key, region: region, among: untried, in: context)
      issued.append(one, verification)
    } catch {
      issued.append(error)
    }
    if key.verify != .off { untried -= 1 }
  }
  return issued
}

/// Tries a key within its share of the time that is left: a Bedrock that hangs shall not cost the last keys theirs.
private func verify(
  _ key: borrowing SecretBytes, region: Region, among untried: Int, in context: CredentialContext
) -> Verification {
  let share = (context.deadline - context.now().boot) / max(1, untried)
  return verify(key, region: region, within: min(verificationLimit, share), in: context)
}

private func standardRegion(_ context: CredentialContext) -> Result<Region, Failure> {
  do throws(Failure) {
    guard let region = try context.region() else { return .failure(missingRegion) }
    return .success(region)
  } catch {
    return .failure(error)
  }
}

private func refuse(_ message: String) -> Int32 {
  let line = Array("bedrock-keyd issue: \(message)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
  return 1
}

private func words(_ error: any Error) -> String {
  if let error = error as? SystemError { return error.reason }
  return "it is not a request of this version"
}
