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
    var text: String
    var profiles: [String: [String: Value]]?
  }

  struct WordsCase: Decodable {
    var text: String
    var words: [String]?
  }

  func fixture<Case: Decodable>(_ name: String) throws -> [Case] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
  }

  @Test func filesHaveTheProfilesThatBotocoreFinds() throws {
    let cases: [FileCase] = try fixture("files.json")
    #expect(cases.count >= 290)
    for item in cases {
      let fake = FakeSurroundings()
      fake.files["/home/u/.aws/config"] = item.text
      let profiles = try? Profiles(fake.context()).merged.mapValues { profile in
        profile.settings.mapValues { value -> FileCase.Value in
          switch value {
          case .text(let text): .text(text)
          case .nested(let settings): .nested(settings)
          }
        }
      }
      #expect(profiles == item.profiles, "\(item.text.debugDescription)")
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
