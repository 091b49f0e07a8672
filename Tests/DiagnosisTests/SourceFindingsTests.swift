import KeyModel
import Testing

@testable import Diagnosis

/// What is concluded from what was seen of a source.
@Suite struct SourceFindingsTests {
  let now = Timestamp(seconds: 1_790_000_000)

  func seen(
    _ source: CredentialSource, _ change: (inout SourceObservation.Credentials) -> Void = { _ in }
  ) -> SourceObservation {
    var credentials = SourceObservation.Credentials(source)
    credentials.path = ["here", "there"]
    change(&credentials)
    return SourceObservation(keys: [key("a")], credentials: .success(credentials), now: now)
  }

  func key(_ name: String) -> KeyObservation {
    KeyObservation(name: name, region: .success(RegionObservation("eu-west-1", from: "AWS_REGION")))
  }

  func failed(_ reason: FailureReason, hint: String = "") -> SourceObservation {
    SourceObservation(keys: [key("a")], credentials: .failure(Failure(reason, "cannot x", hint: hint)), now: now)
  }

  @Test func credentialsAndTheirPath() {
    let findings = seen(.container).credentialFindings
    #expect(findings.map(\.message) == ["credentials from container: here; there"])
    #expect(findings.map(\.severity) == [.fine])
  }

  @Test func whoWasAskedInVainIsOneNote() {
    var observation = failed(.misconfigured)
    observation.passed = [.init("environment", "no variable"), .init("sso", "no account")]
    let note = observation.credentialFindings.last
    #expect(note?.message == "asked before, in vain: environment (no variable), sso (no account)")
    #expect(note?.severity == .note)
  }

  @Test(arguments: FailureReason.allCases)
  func everyFailureHasARemedy(reason: FailureReason) {
    #expect(failed(reason).credentialFindings[0].remedy.count > 10)
    #expect(failed(reason, hint: "do this").credentialFindings[0].remedy == "do this")
  }

  @Test func nothingConfiguredSaysWhereToConfigure() {
    var observation = failed(.misconfigured, hint: "a; b; c")
    observation.isNothingConfigured = true
    #expect(observation.credentialFindings[0].remedy.contains("/etc/default/bedrock-keyd"))
  }

  @Test func aLongSearchIsTold() {
    var observation = failed(.timeout)
    observation.took = .seconds(20)
    #expect(observation.credentialFindings[0].message == "cannot x, after 20 s")
    var slow = seen(.credentialProcess)
    slow.took = .seconds(16)
    #expect(slow.credentialFindings.map(\.severity) == [.fine, .warning])
    slow.attemptTimeout = .seconds(60)
    #expect(slow.credentialFindings.map(\.severity) == [.fine])
  }

  @Test func whatTheirProviderWarnsOf() {
    let findings = seen(.rolesAnywhere) { $0.warnings = ["the certificate ends in 3 d"] }.credentialFindings
    #expect(findings.map(\.severity) == [.fine, .warning] && findings[1].message == "the certificate ends in 3 d")
    #expect(!findings[1].remedy.isEmpty)
  }

  @Test func exampleCredentialsAndShadowedProfiles() {
    #expect(seen(.environment) { $0.isExample = true }.credentialFindings.map(\.severity) == [.fine, .problem])
    var shadowed = seen(.environment)
    shadowed.shadowedProfile = "prod"
    #expect(shadowed.credentialFindings.last?.message.contains("profile prod of AWS_PROFILE is not used") == true)
  }

  @Test func theLifeOfTheCredentialsIsThatOfTheKey() {
    func life(_ change: (inout SourceObservation.Credentials) -> Void) -> [Finding] {
      seen(.assumeRole, change).lifeFindings
    }
    let hour = now + .seconds(3600)
    let role = life { $0.expiration = hour }
    #expect(role[0].message.hasSuffix("a key made now lives for 1 h and is renewed 20 min before its end"))
    #expect(role[1].message.contains("duration_seconds"))
    let chain = life {
      $0.expiration = hour
      $0.isRoleChain = true
    }
    #expect(chain[1].message.contains("1 hour at most"))
    #expect(life { $0.isTemporary = true }.map(\.severity) == [.warning])
    #expect(seen(.profile).lifeFindings[0].message.contains("(12 h)"))
    let day = seen(.instanceMetadata) { $0.expiration = now + .seconds(86_400) }.lifeFindings
    #expect(day.count == 1 && day[0].message.contains("lives for 12 h and is renewed 4 h before"))
    #expect(seen(.sso) { $0.expiration = now + .seconds(60) }.lifeFindings[0].severity == .note)
    #expect(failed(.denied).lifeFindings.isEmpty)
  }

  @Test func theRegionAndWhySo() {
    #expect(seen(.profile).regionFindings[0].message == "key a is for eu-west-1, by AWS_REGION")
    var none = seen(.profile)
    none.keys[0].region = .failure(Failure(.misconfigured, "cannot issue a key: no region", hint: "set one"))
    #expect(none.regionFindings[0].severity == .problem && none.regionFindings[0].remedy == "set one")
  }

  @Test func theTitleNamesFiveKeys() {
    var observation = seen(.profile)
    #expect(observation.group.title == "key a: the standard environment")
    observation.isRolesAnywhere = true
    #expect(observation.group.title == "key a: IAM Roles Anywhere")
    observation.isRolesAnywhere = false
    observation.keys = (1...7).map { key("k\($0)") }
    observation.profile = "prod"
    #expect(observation.group.title == "keys k1, k2, k3, k4, k5 and 2 more: profile prod")
    #expect(observation.group.keys.count == 7)
  }
}

/// What is concluded of the network and the clock.
@Suite struct NetworkFindingsTests {
  let base = SourceFindingsTests()

  func clock(_ seconds: Int64?, _ source: CredentialSource) -> Finding {
    var observation = base.seen(source)
    observation.clockSkew = seconds.map { .seconds($0) }
    return observation.clockFinding
  }

  @Test func theClock() {
    #expect(clock(nil, .assumeRole).severity == .note)
    #expect(clock(0, .assumeRole).severity == .fine)
    #expect(clock(30, .profile).severity == .note && clock(-240, .profile).severity == .note)
    #expect(clock(241, .webIdentity).severity == .warning)
    #expect(clock(-3600, .instanceMetadata).severity == .problem)
    #expect(clock(-3600, .instanceMetadata).message.contains("1 h ahead of AWS's"))
    // Who tries keys on Bedrock hears AWS's time there.
    var verifying = base.seen(.instanceMetadata)
    verifying.clockSkew = .seconds(3600)
    verifying.isVerifying = true
    #expect(verifying.clockFinding.severity == .warning)
    #expect(clock(-3600, .instanceMetadata).values == ["skew_seconds": "-3600"])
  }

  func identity(_ reason: FailureReason) -> Severity? {
    var observation = base.seen(.profile)
    observation.identity = .failure(Failure(reason, "cannot ask"))
    return observation.identityFindings.first?.severity
  }

  /// A key is signed without a network: only what AWS says of the credentials is a problem.
  @Test func whoTheCredentialsAre() {
    #expect(identity(.denied) == .problem && identity(.misconfigured) == .problem)
    #expect(identity(.timeout) == .warning && identity(.unreachable) == .warning && identity(.throttled) == .warning)
    #expect(base.seen(.profile).identityFindings.isEmpty)
  }

  @Test func endpointsAndTheWayThere() {
    var observation = base.seen(.profile)
    observation.endpoints = [
      EndpointObservation(service: "sts", url: "https://s", proxy: nil, answer: .success(.milliseconds(45))),
      EndpointObservation(
        service: "bedrock", url: "https://b", proxy: "http://p:1",
        answer: .failure(Failure(.timeout, "no answer in 5 s"))),
    ]
    let findings = observation.endpointFindings
    #expect(findings[0].message == "sts answers at https://s, directly, in 45 ms")
    #expect(findings[1].message.contains("through the proxy http://p:1: no answer in 5 s"))
    #expect(findings[1].severity == .warning && findings[1].values["proxy"] == "http://p:1")
  }

  @Test func trials() {
    var observation = base.seen(.profile)
    let failure = Failure(.denied, "cannot use it", hint: "allow it")
    observation.trials = [
      TrialObservation("A", .worked("")), TrialObservation("B", .worked("2 tokens")),
      TrialObservation("C", .refused(failure)), TrialObservation("D", .inconclusive(failure)),
    ]
    #expect(
      observation.trialFindings.map(\.message) == [
        "A works", "B works: 2 tokens", "C: cannot use it", "D: cannot use it",
      ])
    #expect(observation.trialFindings.map(\.severity) == [.fine, .fine, .problem, .warning])
  }
}
