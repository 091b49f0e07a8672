import Glibc
import Testing

@testable import AWSCredentials

/// Which files whoever resolves credentials must get at.
@Suite struct FilesInUseTests {
  func files(
    _ config: String?, profile: String? = nil, unreadable: Bool = false, _ environment: [String: String] = [:]
  ) -> [String] {
    let surroundings = FakeSurroundings()
    surroundings.files["/home/u/.aws/config"] = config
    if unreadable { surroundings.unreadable["/home/u/.aws/config"] = EACCES }
    return surroundings.context(environment, profile: profile).filesInUse.map(\.path)
  }

  @Test func profileFilesCountIfTheyAreThere() {
    #expect(files(nil).isEmpty)
    #expect(files("[default]\n") == ["/home/u/.aws/config"])
    // One that may not be read is the one to tell of.
    #expect(files(nil, unreadable: true) == ["/home/u/.aws/config"])
  }

  @Test func whatIsNamedCountsWhetherItIsThereOrNot() {
    #expect(
      files(nil, ["AWS_CA_BUNDLE": "/ca", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t"]) == ["/ca", "/t"])
    #expect(files(nil, ["AWS_WEB_IDENTITY_TOKEN_FILE": "/w"]) == ["/w"])
    let profile = "[profile p]\nweb_identity_token_file = /w\nca_bundle = /ca\n"
    #expect(files(profile, profile: "p") == ["/home/u/.aws/config", "/ca", "/w"])
  }

  @Test func cachesOfLoginsCountWhereTheProfileNeedsThem() {
    let config =
      "[default]\n[profile s]\nsso_session = x\n[profile l]\nlogin_session = y\n"
      + "[profile r]\nrole_arn = r\nsource_profile = s\n[profile c]\nsource_profile = c\n"
    #expect(files(config).count == 1 && files(config, profile: "c").count == 1)
    #expect(files(config, profile: "s").last == "/home/u/.aws/sso/cache")
    #expect(files(config, profile: "r").last == "/home/u/.aws/sso/cache")
    #expect(files(config, profile: "l").last == "/home/u/.aws/login/cache")
    #expect(files(config, profile: "l", ["AWS_LOGIN_CACHE_DIRECTORY": "/cache"]).last == "/cache")
  }
}
