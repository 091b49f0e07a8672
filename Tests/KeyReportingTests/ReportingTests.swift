import Foundation
import KeyModel
import Testing

@testable import KeyReporting

@Suite struct ReportingTests {
  private let receipt = KeyReceipt(
    fingerprint: "0123456789abcdef", issued: Timestamp(seconds: 1_800_000_000),
    expires: Timestamp(seconds: 1_800_043_200), expiresKnown: true, region: "eu-central-1", type: .shortTerm,
    credentialSource: .instanceMetadata, account: "1", isExample: false, settingsDigest: "d")

  private func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

  private func text(_ value: JSONText) -> String {
    var text = ""
    value.write(to: &text)
    return text
  }

  @Test func everyCharacterComesBackFromAParser() throws {
    let all = String(String.UnicodeScalarView((0...0x2FFF).compactMap { UnicodeScalar($0) })) + "😀\u{10FFFF}"
    let json = text(.list([.text(all), .text("")]))
    let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String]
    #expect(parsed?.first?.unicodeScalars.elementsEqual(all.unicodeScalars) == true)
    #expect(parsed?.last == "")
    #expect(!json.utf8.contains { $0 < 0x20 })
  }

  @Test func escapes() {
    #expect(text(.text("a\"b\\c\nd\te\u{0}\u{1F}/")) == #""a\"b\\c\nd\u0009e\u0000\u001f/""#)
  }

  @Test func values() {
    let object = JSONText.object([
      ("a", .null), ("b\"", .flag(true)), ("c", .number(.min)), ("d", .list([.flag(false), .number(0)])),
      ("e", .object([])), ("f", .optional(nil)), ("g", .optional("x")),
    ])
    #expect(
      text(object)
        == #"{"a":null,"b\"":true,"c":-9223372036854775808,"d":[false,0],"e":{},"f":null,"g":"x"}"#)
  }

  @Test func theDocumentHasTheFieldsOfTheContract() throws {
    let live = StatusDocument.Key(
      name: try name("default"), state: .valid, required: true, region: "eu-central-1", receipt: receipt,
      window: .seconds(14_400), nextRenewal: Timestamp(seconds: 1_800_028_800), failures: 0, lastError: nil,
      outputs: [.init(path: "/run/k/env", format: "env", error: nil), .init(path: "/t", format: "token", error: "no")])
    let new = StatusDocument.Key(
      name: try name("new"), state: .pending, required: false, region: "", receipt: nil, window: nil,
      nextRenewal: nil, failures: 3, lastError: "cannot \"x\"", outputs: [])
    let json = StatusDocument(
      pid: 7, started: Timestamp(seconds: 0), isDegraded: true, clockSkew: .seconds(-300), keys: [live, new]
    ).json
    #expect(
      json == #"{"version":1,"pid":7,"started":"1970-01-01T00:00:00Z","degraded":true,"clock_skew":-300,"keys":["#
        + #"{"name":"default","type":"short-term","required":true,"region":"eu-central-1","state":"valid","#
        + #""issued":"2027-01-15T08:00:00Z","expires":"2027-01-15T20:00:00Z","expires_known":true,"#
        + #""renew_before":14400,"next_renewal":"2027-01-15T16:00:00Z","credential_source":"instance-metadata","#
        + #""fingerprint":"0123456789abcdef","failures":0,"last_error":null,"outputs":["#
        + #"{"path":"/run/k/env","format":"env","error":null},{"path":"/t","format":"token","error":"no"}]},"#
        + #"{"name":"new","type":"short-term","required":false,"region":"","state":"pending","issued":null,"#
        + #""expires":null,"expires_known":false,"renew_before":null,"next_renewal":null,"credential_source":null,"#
        + #""fingerprint":null,"failures":3,"last_error":"cannot \"x\"","outputs":[]}]}"# + "\n")
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
  }

  @Test func anEntryCarriesTheFieldsOfTheContract() throws {
    let entry = JournalEntry(
      .renewed, .info, "renewed", key: try name("default"), receipt: receipt,
      nextRenewal: Timestamp(seconds: 1_800_028_800), reason: .needsLogin)
    #expect(
      entry.fields == [
        "MESSAGE=renewed", "PRIORITY=6", "MESSAGE_ID=f1260ebc7d564b56b714dc919b27dbdf",
        "SYSLOG_IDENTIFIER=bedrock-keyd", "BEDROCK_KEY=default", "BEDROCK_REGION=eu-central-1",
        "BEDROCK_CREDENTIAL_SOURCE=instance-metadata", "BEDROCK_EXPIRES=2027-01-15T20:00:00Z",
        "BEDROCK_NEXT_RENEWAL=2027-01-15T16:00:00Z", "BEDROCK_ERROR=needs_login",
      ])
  }

  @Test func anEntryWithoutAKeyHasTheFourFieldsOnly() {
    let entry = JournalEntry(.stopped, .error, "stopped")
    #expect(entry.fields.map { $0.prefix { $0 != "=" } } == ["MESSAGE", "PRIORITY", "MESSAGE_ID", "SYSLOG_IDENTIFIER"])
    #expect(entry.fields.contains("PRIORITY=3"))
  }

  /// systemd.journal-fields(7): a 128-bit identifier in lower-case hexadecimal, another for each event.
  @Test func messageIdentifiers() {
    let identifiers = JournalEvent.allCases.map(\.rawValue)
    #expect(Set(identifiers).count == identifiers.count)
    for identifier in identifiers {
      #expect(identifier.count == 32)
      #expect(identifier.allSatisfy { "0123456789abcdef".contains($0) })
    }
  }
}
