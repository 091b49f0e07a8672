import Glibc
import KeyModel
import Testing

@testable import AWSCredentials

@Suite struct ChainTests {
  let fake = FakeSurroundings()
  static let keys = ["AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "s"]

  @Test func nothingNamesEveryProvider() throws {
    let failure = try #require(fake.resolve().nothing)
    #expect(failure.message == "cannot find AWS credentials: nothing is configured")
    for provider in CredentialChain.providers { #expect(failure.hint.contains("\(provider.name): ")) }
    #expect(failure.hint.contains("/home/u/.aws/credentials does not exist"))
    #expect(failure.hint.contains("nothing answers at http://169.254.169.254"))
  }

  @Test func environment() {
    #expect(fake.resolve(Self.keys).found == Found("AKIAX", "s", from: .environment))
    let session = Self.keys.merging(["AWS_SESSION_TOKEN": "t"]) { $1 }
    #expect(fake.resolve(session).found == Found("AKIAX", "s", "t", from: .environment))
    let older = session.merging(["AWS_SECURITY_TOKEN": "o"]) { $1 }
    #expect(fake.resolve(older).found == Found("AKIAX", "s", "o", from: .environment))
    let ending = session.merging(["AWS_CREDENTIAL_EXPIRATION": "2026-09-21T14:13:21Z"]) { $1 }
    #expect(
      fake.resolve(ending).found
        == Found("AKIAX", "s", "t", until: Timestamp(seconds: 1_790_000_001), from: .environment))
    #expect(fake.requests.isEmpty)
  }

  @Test func emptyVariablesAreNone() {
    #expect(fake.resolve(["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "s"]).nothing != nil)
    let empty = Self.keys.merging(["AWS_SESSION_TOKEN": "", "AWS_PROFILE": ""]) { $1 }
    #expect(fake.resolve(empty).found == Found("AKIAX", "s", from: .environment))
  }

  @Test func aBrokenEnvironmentStopsTheChain() throws {
    fake.files["/home/u/.aws/credentials"] = "[default]\naws_access_key_id=F\naws_secret_access_key=g\n"
    let partial = try #require(fake.resolve(["AWS_ACCESS_KEY_ID": "AKIAX"]).broken)
    #expect(partial.message.contains("AWS_SECRET_ACCESS_KEY is missing"))
    for end in ["2026-09-21T14:13:20Z", "soon"] {
      let session = Self.keys.merging(["AWS_CREDENTIAL_EXPIRATION": end]) { $1 }
      #expect(fake.resolve(session).broken?.reason == .misconfigured)
    }
  }

  @Test func anExplicitProfileGoesBeforeTheEnvironmentAndAWSProfileDoesNot() {
    fake.files["/home/u/.aws/credentials"] = "[p]\naws_access_key_id=F\naws_secret_access_key=g\n"
    #expect(fake.resolve(Self.keys, profile: "p").found == Found("F", "g", from: .profile))
    let named = Self.keys.merging(["AWS_PROFILE": "p"]) { $1 }
    #expect(fake.resolve(named).found == Found("AKIAX", "s", from: .environment))
    #expect(fake.resolve(["AWS_PROFILE": "p"]).found == Found("F", "g", from: .profile))
    #expect(fake.resolve(["AWS_PROFILE": "x", "AWS_DEFAULT_PROFILE": "p"]).found == Found("F", "g", from: .profile))
  }

  @Test func aMissingProfileIsBrokenAndItsNeighbourNamed() throws {
    fake.files["/home/u/.aws/config"] = "[profile production]\nregion = x\n"
    for failure in [
      fake.resolve(Self.keys, profile: "prodution").broken, fake.resolve(["AWS_PROFILE": "prodution"]).broken,
    ] {
      #expect(try #require(failure).text.contains("did you mean production?"))
    }
  }

  @Test func theCredentialsFileGoesBeforeTheConfigurationFile() {
    fake.files["/home/u/.aws/config"] = "[default]\naws_access_key_id = C\naws_secret_access_key = c\n"
    #expect(fake.resolve().found == Found("C", "c", from: .profile))
    fake.files["/home/u/.aws/credentials"] =
      "[default]\naws_access_key_id = F\naws_secret_access_key = f\naws_session_token = t\naws_account_id = 111122223333\n"
    var expected = Found("F", "f", "t", from: .profile)
    expected.account = "111122223333"
    #expect(fake.resolve().found == expected)
  }

  @Test func aProfileWithHalfItsKeysIsBroken() throws {
    for settings in ["aws_access_key_id = F", "aws_access_key_id =\naws_secret_access_key = g"] {
      fake.files["/home/u/.aws/credentials"] = "[default]\n\(settings)\n"
      #expect(try #require(fake.resolve().broken).message.contains("has no value for aws_"))
    }
  }

  @Test func filesAreWhereTheVariablesSay() {
    fake.files["/home/u/c"] = "[default]\naws_access_key_id=F\naws_secret_access_key=g\n"
    #expect(fake.resolve(["AWS_SHARED_CREDENTIALS_FILE": "~/c"]).found == Found("F", "g", from: .profile))
    #expect(fake.resolve(["AWS_CONFIG_FILE": "$HOME/${N}", "N": "c"]).found == Found("F", "g", from: .profile))
  }

  @Test func unreadableAndBrokenFilesAreNamed() throws {
    fake.unreadable["/home/u/.aws/config"] = EACCES
    #expect(
      try #require(fake.resolve(Self.keys).broken).message == "cannot read /home/u/.aws/config: permission denied")
    fake.unreadable = [:]
    fake.files["/home/u/.aws/credentials"] = "[default]\naws_secret_access_key wJalr\n"
    let failure = try #require(fake.resolve().broken)
    #expect(failure.message.hasPrefix("cannot read /home/u/.aws/credentials:2: "))
    #expect(!failure.text.contains("wJalr"))
  }

  @Test func region() throws {
    fake.files["/home/u/.aws/config"] = "[default]\nregion = eu-north-1\n"
    func region(_ environment: [String: String]) throws -> String? {
      var context = fake.context(environment)
      try CredentialChain.prepare(&context)
      return try context.region()?.name
    }
    #expect(try region(["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"]) == "eu-west-1")
    #expect(try region(["AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-2"]) == "eu-west-2")
    #expect(try region([:]) == "eu-north-1")
    #expect(throws: Failure.self) { try region(["AWS_REGION": "eu west"]) }
    fake.files = [:]
    #expect(try region([:]) == nil)
    fake.answers = [.success((200, "token")), .success((200, "ap-south-1"))]
    #expect(try region([:]) == "ap-south-1")
    #expect(fake.requests.last?.url == "http://169.254.169.254/latest/meta-data/placement/region")
  }
}
