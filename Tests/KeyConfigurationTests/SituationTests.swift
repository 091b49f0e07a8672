import KeyConfiguration
import KeyModel
import LinuxHost
import Testing

/// Each folder under Fixtures is one situation: `config.toml` and `config.d` as they would stand in
/// /etc/bedrock-keyd, and what must come of them: `errors`, line by line, or `show`, all settings with their origins.
@Suite struct SituationTests {
  static let fixtures = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/Fixtures"
  static let situations = (try? fileNames(in: fixtures)) ?? []

  @Test func allSituationsAreThere() { #expect(Self.situations.count >= 30) }

  @Test(arguments: situations) func comesOutAsItMust(_ situation: String) throws {
    let folder = "\(Self.fixtures)/\(situation)"
    var given = inputs()
    given.folder = folder
    let expectedErrors = try? lines("\(folder)/errors")
    let expectedSettings = try? lines("\(folder)/show")
    #expect((expectedErrors == nil) != (expectedSettings == nil), "a situation has errors or settings")
    do throws(ConfigurationErrors) {
      let loaded = try loadConfiguration(given, names: testNames)
      #expect(withoutFolder(loaded.effectiveLines, folder) == expectedSettings)
    } catch {
      #expect(withoutFolder(error.lines, folder) == expectedErrors)
      #expect(error.errors.allSatisfy { ($0.position?.line ?? 0) > 0 && ($0.position?.column ?? 0) > 0 })
    }
  }

  /// What is shown is itself a configuration that means the same.
  @Test(arguments: situations) func whatIsShownReadsBack(_ situation: String) throws {
    var given = inputs()
    given.folder = "\(Self.fixtures)/\(situation)"
    guard let loaded = try? loadConfiguration(given, names: testNames) else { return }
    let again = try load(loaded.effectiveLines.joined(separator: "\n"))
    #expect(again.keeper == loaded.keeper)
  }

  private func lines(_ path: String) throws -> [String] {
    let text = String(decoding: try readFile(path), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private func withoutFolder(_ lines: [String], _ folder: String) -> [String] {
    lines.map { $0.replacing("\(folder)/", with: "") }
  }
}
