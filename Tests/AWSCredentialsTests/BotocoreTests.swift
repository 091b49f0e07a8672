import Foundation
import Testing

@testable import AWSCredentials

/// Files and texts as botocore and Python read them (Fixtures/make_files.py).
@Suite struct BotocoreTests {
  struct FileCase: Decodable {
    enum Value: Decodable, Equatable {
      case text(String)
      case nested([String: String])

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let text = try? value.decode(String.self)
        self = try text.map { .text($0) } ?? .nested(try value.decode([String: String].self))
      }
    }
    struct Found: Decodable, Equatable {
      var profiles, ssoSessions, services: [String: [String: Value]]

      enum CodingKeys: String, CodingKey {
        case profiles, services
        case ssoSessions = "sso_sessions"
      }
    }
    var config, credentials: String
    var found: Found?
  }

  struct WordsCase: Decodable {
    var text: String
    var words: [String]?
  }

  func fixture<Case: Decodable>(_ name: String) throws -> [Case] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
  }

  func comparable(_ profiles: [String: Profile]) -> [String: [String: FileCase.Value]] {
    profiles.mapValues { profile in
      profile.settings.mapValues { value in
        switch value {
        case .text(let text): .text(text)
        case .nested(let settings): .nested(settings)
        }
      }
    }
  }

  @Test func filesHaveTheSectionsThatBotocoreFinds() throws {
    let cases: [FileCase] = try fixture("files.json")
    #expect(cases.count >= 530 && cases.count { $0.found == nil } >= 100 && cases.count { $0.found != nil } >= 250)
    for item in cases {
      let fake = FakeSurroundings()
      fake.files["/home/u/.aws/config"] = item.config
      fake.files["/home/u/.aws/credentials"] = item.credentials
      let found = (try? Profiles(fake.context())).map { profiles in
        FileCase.Found(
          profiles: comparable(profiles.merged), ssoSessions: comparable(profiles.ssoSessions),
          services: comparable(profiles.services))
      }
      #expect(found == item.found, "\(item.config.debugDescription) \(item.credentials.debugDescription)")
    }
  }

  @Test func wordsAreThoseOfShlex() throws {
    let cases: [WordsCase] = try fixture("words.json")
    #expect(cases.count >= 30)
    for item in cases { #expect(shellWords(item.text) == item.words, "\(item.text.debugDescription)") }
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    let file = try INIFile(Array("\u{FEFF}[default]\nregion = x\n".utf8))
    #expect(file.sections.map(\.name) == ["default"])
  }

  @Test func whatIsNotUTF8IsRefused() {
    #expect(throws: INIError.self) { try INIFile([0x5B, 0xFF, 0x5D]) }
  }

  @Test(arguments: [
    ("region = x\n", 1), ("[a]\nb = 1\nc\n", 3), ("[a]\nb = 1\n[a]\n", 3), ("[a]\nb = 1\nb = 2\n", 3),
    ("[a]\n\n\n= x\n", 4), ("[a]\nb =\n  c\n", 2),
  ])
  func errorsNameTheirLine(text: String, line: Int) {
    #expect(throws: INIError.self) { try INIFile(Array(text.utf8)) }
    do { _ = try INIFile(Array(text.utf8)) } catch { #expect(error.line == line) }
  }
}
