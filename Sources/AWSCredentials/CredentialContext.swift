import AWSClient
import FoundationEssentials
import KeyModel
import LinuxHost

/// Everything outside that credential providers look at: tests put values and functions of their own in its place.
package struct CredentialContext {
  /// The environment they read.
  package var environment: Environment
  /// The profile that a setting or option names, over AWS_PROFILE; it switches credentials of the environment off.
  package var explicitProfile: String?
  /// IAM Roles Anywhere, which is asked in place of the chain; nil where it is not configured.
  package var rolesAnywhere: RolesAnywhereSettings?
  /// The home folder of `~`; nil where there is none.
  package var homeFolder: String?
  /// When the whole search must have ended, on the boot clock.
  package var deadline: Duration
  /// Reads a file.
  package var readFile: (String) throws(SystemError) -> [UInt8] = { (path) throws(SystemError) in
    try LinuxHost.readFile(path)
  }
  /// Reads a file of a secret.
  package var readSecretFile: (String) throws(SystemError) -> SecretFile = { (path) throws(SystemError) in
    try LinuxHost.readSecretFile(path)
  }
  /// Makes an HTTP exchange.
  package var http: HTTPTransport = curlTransport
  /// Takes a file for its replacement; nil while another process has it.
  package var takeFile: (String) throws(SystemError) -> (any FileHold)? = { (path) throws(SystemError) in
    try LockedFile.take(path)
  }
  /// Runs a program.
  package var run: (CommandRequest) throws(SystemError) -> CommandResult = { (request) throws(SystemError) in
    try runCommand(request)
  }
  /// Reads the clocks.
  package var now: () -> ClockReading = { ClockReading.now() }
  /// Makes an identifier that nobody made before: a random UUID.
  package var makeID: () -> String = { UUID().uuidString.lowercased() }
  /// Waits between two attempts.
  package var pause: (Duration) -> Void = { sleepUninterrupted($0) }
  /// AWS's clock; copies of a context share it.
  package var clock = AWSClock()
  /// When the key ends, on AWS's clock, that new credentials are wanted for: the same ones again would not help; nil where
  /// none is to be replaced.
  package var outlived: Timestamp?
  /// The profiles of the two files; filled in by the chain before the first provider is asked.
  package var profiles = Profiles()
  private var askedProfile: String?

  /// A context of this machine; the deadline is on the boot clock.
  package init(environment: Environment, profile: String? = nil, deadline: Duration) {
    self.environment = environment
    explicitProfile = profile
    homeFolder = environment.nonEmpty("HOME") ?? homeFolderOfThisUser()
    self.deadline = deadline
  }

  /// The time by AWS's clock.
  package var awsTime: Timestamp { now().wall + clock.skew }

  /// A timeout that ends no later than the deadline.
  func timeout(atMost limit: Duration) -> Duration { max(.zero, min(limit, deadline - now().boot)) }

  /// Whether the deadline is over.
  var isOver: Bool { now().boot >= deadline }

  /// The profile that counts: the explicit one, else AWS_DEFAULT_PROFILE, else AWS_PROFILE (botocore's order); nil
  /// where none is named.
  package var namedProfile: String? {
    explicitProfile ?? environment.nonEmpty("AWS_DEFAULT_PROFILE") ?? environment.nonEmpty("AWS_PROFILE")
  }

  /// The profile whose settings count.
  package var profileName: String { namedProfile ?? "default" }

  /// The settings of the profile that counts; empty where the files do not have it.
  package var profile: Profile { profiles.merged[profileName] ?? Profile() }

  /// The name of the profile whose region, endpoints and certificates count. It stays the one that was asked for while
  /// the profiles behind it (source_profile) are looked at.
  var settingsName: String {
    get { askedProfile ?? profileName }
    set { askedProfile = newValue }
  }

  /// The settings of that profile.
  var settingsProfile: Profile { profiles.merged[settingsName] ?? Profile() }

  /// A setting: the environment's if set, else the profile's.
  func setting(_ variable: String, _ profileSetting: String) -> String? {
    if let value = environment.nonEmpty(variable) { return value }
    return settingsProfile.text(profileSetting).flatMap { $0.isEmpty ? nil : $0 }
  }
}
