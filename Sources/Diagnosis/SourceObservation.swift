import KeyModel

/// What was seen of one credential source and of the keys that it is for.
package struct SourceObservation: Sendable {
  /// What was found of credentials.
  package struct Credentials: Hashable, Sendable {
    /// Where they came from.
    package var source: CredentialSource
    /// By what path, in words.
    package var path: [String] = []
    /// When they end; nil where that is not known, or never.
    package var expiration: Timestamp?
    /// Whether they have a session token.
    package var isTemporary = false
    /// Whether they are AWS's published example.
    package var isExample = false
    /// Whether temporary credentials asked for the role.
    package var isRoleChain = false
    /// What their provider warns of: a certificate that ends soon.
    package var warnings: [String] = []

    /// Credentials of a source.
    package init(_ source: CredentialSource) { self.source = source }
  }

  /// A provider that had nothing.
  package struct Passed: Hashable, Sendable {
    /// Its name.
    package var provider: String
    /// Why it had nothing.
    package var reason: String

    /// A provider by its parts.
    package init(_ provider: String, _ reason: String) {
      self.provider = provider
      self.reason = reason
    }
  }

  /// Who AWS says the credentials are.
  package struct Identity: Hashable, Sendable {
    /// The ARN of the role's session or of the user.
    package var arn: String
    /// The account's number.
    package var account: String

    /// An identity by its parts.
    package init(arn: String, account: String) {
      self.arn = arn
      self.account = account
    }
  }

  /// The keys that the source is for.
  package var keys: [KeyObservation]
  /// The profile that the configuration names, if any.
  package var profile: String?
  /// Whether IAM Roles Anywhere is configured in place of the chain.
  package var isRolesAnywhere = false
  /// Whether the daemon tries keys on Bedrock, and so hears AWS's time whatever the credentials are.
  package var isVerifying = false
  /// A profile that the environment names although the credentials are the environment's own.
  package var shadowedProfile: String?
  /// The providers that were asked in vain.
  package var passed: [Passed] = []
  /// The credentials, or why there are none.
  package var credentials: Result<Credentials, Failure>
  /// Whether no provider was configured at all.
  package var isNothingConfigured = false
  /// How long the search for credentials took.
  package var took: Duration = .zero
  /// How long the daemon lets an attempt take.
  package var attemptTimeout: Duration = .seconds(30)
  /// Who they are; nil where nobody was asked.
  package var identity: Result<Identity, Failure>?
  /// The endpoints that were tried.
  package var endpoints: [EndpointObservation] = []
  /// How far AWS's clock is ahead of ours; nil where no answer told it.
  package var clockSkew: Duration?
  /// AWS's time at the end of the look.
  package var now: Timestamp
  /// The trials of keys on Bedrock.
  package var trials: [TrialObservation] = []

  /// What was seen at a time of keys and credentials; the rest is set one by one.
  package init(keys: [KeyObservation], credentials: Result<Credentials, Failure>, now: Timestamp) {
    self.keys = keys
    self.credentials = credentials
    self.now = now
  }
}

/// What was seen of one key.
package struct KeyObservation: Sendable {
  /// Its name.
  package var name: String
  /// The service family it is for.
  package var family: KeyFamily = .bedrock
  /// How long it may live at most.
  package var lifetime: Duration = .seconds(43_200)
  /// How long before its end it is to be renewed, if that is set.
  package var renewBefore: Duration?
  /// Its region, or why there is none.
  package var region: Result<RegionObservation, Failure>

  /// A key with a name and a region; the rest has the configuration's defaults.
  package init(name: String, region: Result<RegionObservation, Failure>) {
    self.name = name
    self.region = region
  }
}

/// A region, and what says so.
package struct RegionObservation: Hashable, Sendable {
  /// The region.
  package var name: String
  /// `the configuration`, `AWS_REGION`, `the region of profile x`.
  package var origin: String

  /// A region by its parts.
  package init(_ name: String, from origin: String) {
    self.name = name
    self.origin = origin
  }
}

/// What was seen of one endpoint.
package struct EndpointObservation: Sendable {
  /// The service's name.
  package var service: String
  /// The URL, without a user and password.
  package var url: String
  /// The proxy's, without a user and password; nil where it is asked directly.
  package var proxy: String?
  /// How long an answer took, or why there was none.
  package var answer: Result<Duration, Failure>

  /// An endpoint by its parts.
  package init(service: String, url: String, proxy: String?, answer: Result<Duration, Failure>) {
    self.service = service
    self.url = url
    self.proxy = proxy
    self.answer = answer
  }
}

/// What became of the trial of a key.
package struct TrialObservation: Sendable {
  /// What was tried, in words: `ListFoundationModels in eu-west-1`.
  package var what: String
  /// How it ended.
  package var outcome: Outcome

  /// How a trial ended.
  package enum Outcome: Sendable {
    /// It worked; more words, or empty.
    case worked(String)
    /// The key was refused.
    case refused(Failure)
    /// It says nothing of the key.
    case inconclusive(Failure)
  }

  /// A trial by its parts.
  package init(_ what: String, _ outcome: Outcome) {
    self.what = what
    self.outcome = outcome
  }
}
