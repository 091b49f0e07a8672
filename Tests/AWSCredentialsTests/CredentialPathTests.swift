import KeyModel
import Testing

@testable import AWSCredentials

/// By what path credentials came, in words.
@Suite struct CredentialPathTests {
  func path(
    _ source: CredentialSource, _ config: String = "", profile: String = "p", _ environment: [String: String] = [:]
  ) throws -> CredentialPath {
    let surroundings = FakeSurroundings()
    surroundings.files["/home/u/.aws/config"] = config
    var context = surroundings.context(environment, profile: profile)
    context.profiles = try Profiles(context)
    return CredentialPath(of: source, in: context)
  }

  static let keys = "aws_access_key_id = AKIAX\naws_secret_access_key = s3cret\n"

  @Test func placesWithoutAProfile() throws {
    #expect(try path(.environment).steps == ["variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"])
    #expect(try path(.instanceMetadata).steps == ["the instance's role, by instance metadata"])
    let uri = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:1/c?secret=s3cret"]
    #expect(try path(.container, "", uri).steps == ["container endpoint http://localhost:1/c"])
  }

  @Test(arguments: [
    (Self.keys, CredentialSource.profile, "profile p in /home/u/.aws/config"),
    ("credential_process = /opt/x --password s3cret\n", .credentialProcess, "profile p, program /opt/x"),
    ("sso_session = s\n", .sso, "profile p, sso_session s"),
    ("sso_start_url = x\n", .sso, "profile p, its own SSO settings"),
    ("login_session = x\n", .login, "profile p, login_session"),
    ("web_identity_token_file = /t\n", .webIdentity, "web identity of profile p, token in /t"),
  ])
  func profiles(settings: String, source: CredentialSource, step: String) throws {
    let found = try path(source, "[profile p]\n\(settings)")
    #expect(found.steps == [step] && !found.isRoleChain)
  }

  @Test(arguments: [
    ("source_profile = q\n", Self.keys, "source_profile: profile q in /home/u/.aws/config", false),
    (
      "source_profile = q\n", "\(Self.keys)aws_session_token = t\n", "source_profile: profile q in /home/u/.aws/config",
      true
    ),
    ("source_profile = q\n", "sso_session = s\n", "source_profile: profile q, sso_session s", true),
    ("source_profile = q\n", "role_arn = r\nweb_identity_token_file = /t\n", "profile q, web identity of role r", true),
    ("credential_source = Environment\n", "", "credential_source Environment", false),
    ("credential_source = Ec2InstanceMetadata\n", "", "credential_source Ec2InstanceMetadata", true),
  ])
  func roles(settings: String, behind: String, last: String, isChain: Bool) throws {
    let found = try path(.assumeRole, "[profile p]\nrole_arn = a\n\(settings)[profile q]\n\(behind)")
    #expect(found.steps == ["profile p, role a", last] && found.isRoleChain == isChain)
  }

  @Test func certificates() {
    let surroundings = FakeSurroundings()
    var context = surroundings.context()
    context.rolesAnywhere = RolesAnywhereTests.settings
    #expect(
      CredentialPath(of: .rolesAnywhere, in: context).steps
        == ["IAM Roles Anywhere, role arn:aws:iam::111122223333:role/edge", "certificate /e.pem"])
    #expect(context.filesInUse.map(\.path) == ["/e.pem", "/e.key"])
    context.rolesAnywhere?.intermediates = "/chain.pem"
    #expect(context.filesInUse.map(\.path) == ["/e.pem", "/e.key", "/chain.pem"])
  }

  @Test func rolesOfRolesAndCircles() throws {
    let chain = try path(
      .assumeRole,
      "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = b\nsource_profile = r\n"
        + "[profile r]\n\(Self.keys)")
    #expect(
      chain.steps == ["profile p, role a", "profile q, role b", "source_profile: profile r in /home/u/.aws/config"])
    #expect(chain.isRoleChain)
    let circle = try path(.assumeRole, "[profile p]\nrole_arn = a\nsource_profile = p\n")
    #expect(circle.steps.count <= 21)
  }
}
