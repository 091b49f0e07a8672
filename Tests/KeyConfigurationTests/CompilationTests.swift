import KeyConfiguration
import KeyModel
import LinuxHost
import ProcessMessages
import Testing

@Suite struct CompilationTests {
  @Test func theSampleMeansWhatItSays() throws {
    var given = inputs()
    given.folder = "\(SituationTests.fixtures)/sample"
    let loaded = try loadConfiguration(given, names: testNames)
    let keeper = loaded.keeper
    #expect(keeper.daemon.parallel == 8)
    #expect(keeper.daemon.attemptTimeout == .seconds(30))
    #expect(keeper.daemon.readyTimeout == .seconds(60))
    #expect(keeper.daemon.logLevel == .info)
    #expect(keeper.daemon.removeOnStop == false)
    #expect(keeper.daemon.controlGroup == 990)
    #expect(keeper.keys.map(\.name.text) == ["batch", "default", "edge"])
    let key = keeper.keys[1]
    #expect(key.region == Region("us-east-1"))
    #expect(key.lifetime == .seconds(43_200))
    #expect(key.renewBefore == .seconds(4 * 3600))
    #expect(
      keeper.sources[key.source]
        == SourceSettings(
          profile: "prod", environment: [.init(name: "AWS_CONFIG_FILE", value: "/etc/bedrock-keyd/aws/config")]))
    #expect(
      key.outputs == [
        OutputSettings(
          path: "/run/bedrock-keyd/default/env",
          format: .env(
            variables: ["AWS_BEARER_TOKEN_BEDROCK"], constants: [.init(name: "AWS_REGION", value: "us-east-1")]),
          mode: 0o640, group: 2001)
      ])
    #expect(loaded.files == ["\(given.folder)/config.toml"])
  }

  @Test func withoutAnyFileThereIsOneKey() throws {
    let loaded = try loadConfiguration(inputs(), files: files([:]), names: testNames)
    #expect(loaded.files.isEmpty)
    let key = try #require(loaded.keeper.keys.first)
    #expect(loaded.keeper.keys.count == 1)
    #expect(key.name.text == "default")
    #expect(key.required)
    #expect(key.region == nil && key.renewBefore == nil)
    #expect(loaded.keeper.sources == [SourceSettings()])
    #expect(
      key.outputs == [
        OutputSettings(
          path: "/run/bedrock-keyd/default/env",
          format: .env(variables: ["AWS_BEARER_TOKEN_BEDROCK"], constants: [])),
        OutputSettings(path: "/run/bedrock-keyd/default/token", format: .token),
      ])
    #expect(loaded.keeper.runtimeFolder == "/run/bedrock-keyd")
    #expect(loaded.keeper.stateFolder == "/var/lib/bedrock-keyd")
  }

  @Test func aMissingFileThatWasNamedIsAnError() {
    #expect {
      _ = try loadConfiguration(inputs(file: "/nowhere.toml"), files: files(["/etc/x": ""]), names: testNames)
    } throws: { error in
      (error as? ConfigurationErrors)?.lines == ["cannot read /nowhere.toml: no such file or directory"]
    }
  }

  @Test func aFileThatWasNamedIsReadAlone() throws {
    let texts = [
      "c.toml": "[keys.one]", "/etc/bedrock-keyd/config.toml": "[keys.two]",
      "/etc/bedrock-keyd/config.d/a.toml": "[keys.three]",
    ]
    let alone = try loadConfiguration(inputs(file: "c.toml"), files: files(texts), names: testNames)
    #expect(alone.keeper.keys.map(\.name.text) == ["one"])
    let both = try loadConfiguration(inputs(), files: files(texts), names: testNames)
    #expect(both.keeper.keys.map(\.name.text) == ["three", "two"])
  }

  @Test func keysOfTheSameProfileAndEnvironmentShareASource() throws {
    let loaded = try load(
      """
      [keys.a]
      profile = "p"
      environment = { X = "1", Y = "2" }
      [keys.b]
      profile = "p"
      region = "eu-central-1"
      environment = { Y = "2", X = "1" }
      [keys.c]
      profile = "p"
      [keys.d]
      profile = "q"
      environment = { X = "1", Y = "2" }
      """)
    #expect(loaded.keeper.sources.count == 3)
    let indices = loaded.keeper.keys.map(\.source)
    #expect(indices[0] == indices[1])
    #expect(Set(indices).count == 3)
  }

  @Test func keysOfTheSameRolesAnywhereTableShareASource() throws {
    func table(_ key: String, certificate: String = "/a.pem", duration: String = "1h") -> String {
      """
      [keys.\(key).roles_anywhere]
      certificate = "\(certificate)"
      private_key = "/a.key"
      trust_anchor_arn = "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/a"
      profile_arn = "arn:aws:rolesanywhere:eu-central-1:111122223333:profile/b"
      role_arn = "arn:aws:iam::111122223333:role/edge"
      session_duration = "\(duration)"

      """
    }
    let text =
      "[keys.z]\n" + table("a") + table("b") + table("c", certificate: "/c.pem") + table("d", duration: "2h")
    let keeper = try load(text).keeper
    #expect(keeper.keys.map(\.source) == [0, 0, 1, 2, 3])
    let settings = RolesAnywhereSettings(
      certificate: "/a.pem", privateKey: "/a.key",
      trustAnchor: "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/a",
      profile: "arn:aws:rolesanywhere:eu-central-1:111122223333:profile/b", role: "arn:aws:iam::111122223333:role/edge")
    #expect(keeper.sources[0] == SourceSettings(rolesAnywhere: settings))
    #expect(settings.region == Region("eu-central-1") && settings.account == "111122223333")
    #expect(keeper.sources[2].rolesAnywhere?.sessionDuration == .seconds(7200))
    // Who signs decides whether a record counts; how long the session is asked to live does not.
    let digests = keeper.keys.map(\.settingsDigest)
    #expect(digests[0] == digests[1] && digests[0] == digests[3])
    #expect(Set(digests).count == 3)
  }

  @Test func keysThatAreNotEnabledAreLeftOut() throws {
    let loaded = try load("[keys.a]\nenabled = false\n[keys.b]\nrequired = false")
    #expect(loaded.keeper.keys.map(\.name.text) == ["b"])
    #expect(loaded.keeper.keys.first?.required == false)
    #expect(loaded.disabledKeys.map(\.text) == ["a"])
    #expect(loaded.summaryLines.contains("not enabled: a"))
  }

  @Test func namesThatCannotBeResolvedFailTheirOutputAlone() throws {
    let loaded = try load(
      """
      [daemon]
      control_group = "nobody-knows"
      [[keys.a.outputs]]
      path = "/srv/1"
      owner = "app"
      group = "app"
      [[keys.a.outputs]]
      path = "/srv/2"
      owner = "stranger"
      group = "broken"
      [[keys.a.outputs]]
      path = "/srv/3"
      owner = "4711"
      """)
    let outputs = loaded.keeper.keys[0].outputs
    #expect(outputs[0].owner == 1001 && outputs[0].group == 2001 && outputs[0].unresolved == nil)
    #expect(
      outputs[1].unresolved
        == "cannot resolve the user 'stranger': there is no such user, "
        + "cannot resolve the group 'broken': input/output error")
    #expect(outputs[2].owner == 4711 && outputs[2].unresolved == nil)
    #expect(loaded.keeper.daemon.controlGroup == nil)
    #expect(loaded.warnings.count == 1)
  }

  @Test func theKeeperReadsWhatWasCompiled() throws {
    let keeper = try load("[keys.a]\nregion = \"us-east-1\"\n[keys.b]\nprofile = \"p\"").keeper
    #expect(try KeeperConfiguration(decoding: keeper.encoded) == keeper)
  }

  @Test func noOutputsAtAllCanBeWanted() throws {
    #expect(try load("[keys.a]\noutputs = []").keeper.keys[0].outputs.isEmpty)
  }

  @Test func nothingSecretIsShown() throws {
    let text = """
      [keys.a.environment]
      HTTPS_PROXY = "http://me:hunter2@proxy:3128/"
      PLAIN = "http://a/b@c"
      [[keys.a.outputs]]
      path = "/srv/a"
      set = { MY_API_KEY = "hunter2", PROXY = "http://me:hunter2@proxy", MAX_TOKENS = "12" }
      """
    let shown = try load(text).effectiveLines
    #expect(
      shown.last
        == "set = { MY_API_KEY = \"***\", PROXY = \"http://***@proxy\", MAX_TOKENS = \"12\" }  # c.toml:6")
    #expect(shown.contains("HTTPS_PROXY = \"http://***@proxy:3128/\"  # c.toml:2"))
    #expect(shown.contains("PLAIN = \"http://a/b@c\"  # c.toml:3"))
    #expect(!shown.contains { $0.contains("hunter2") })
  }
}
