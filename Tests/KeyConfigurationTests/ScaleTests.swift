import Glibc
import KeyConfiguration
import LinuxHost
import ProcessMessages
import Testing

@Suite(.serialized) struct ScaleTests {
  /// A configuration of many keys from a hundred sources.
  private func manyKeys(_ count: Int) -> String {
    (0..<count).map { index in
      """
      [keys.key-\(index)]
      region = "us-east-1"
      profile = "p\(index % 100)"
      lifetime = "1h"
      environment = { AWS_CONFIG_FILE = "/etc/aws/config" }
      [[keys.key-\(index).outputs]]
      path = "/srv/keys/\(index)/env"
      group = "app"
      mode = "0640"

      """
    }.joined()
  }

  @Test func tenThousandKeysCompile() throws {
    let text = manyKeys(10_000)
    var loaded: LoadedConfiguration?
    let elapsed = try ContinuousClock().measure { loaded = try load(text) }
    let keeper = try #require(loaded).keeper
    print("10,000 keys, \(text.utf8.count) bytes of TOML, compiled in \(elapsed), \(keeper.encoded.count) bytes")
    #expect(keeper.keys.count == 10_000)
    #expect(keeper.sources.count == 100)
    // Generous, for an unoptimized build on a busy machine: it catches what grows with the square of the keys.
    #expect(elapsed < .seconds(30))
  }

  @Test func everyErrorOfManyKeysIsTold() {
    let text = (0..<2000).map { "[keys.k\($0)]\nlifetime = \"13h\"\n" }.joined()
    let lines = errors(text)
    #expect(lines.count == 2000)
    #expect(lines.last?.hasPrefix("c.toml:4000:12: cannot read keys.k1999.lifetime: ") == true)
  }

  @Test func aFileThatIsTooLargeIsRefused() throws {
    let large = try sealedMemoryFile("large", [UInt8](repeating: UInt8(ascii: "\n"), count: 17_000_000))
    let path = "/proc/self/fd/\(large.number)"
    #expect {
      _ = try loadConfiguration(inputs(file: path), names: testNames)
    } throws: {
      ($0 as? ConfigurationErrors)?.lines == ["cannot read \(path): file too large; allowed: up to 16 MiB"]
    }
  }

  @Test func aFolderIsNoFile() {
    #expect {
      _ = try loadConfiguration(inputs(file: "/proc/self"), names: testNames)
    } throws: {
      ($0 as? ConfigurationErrors)?.lines == ["cannot read /proc/self: is a directory"]
    }
  }

  @Test(arguments: [
    "a" + String(repeating: ".a", count: 300_000) + " = 1", "[" + String(repeating: "\"a\".", count: 300_000) + "a]",
    String(repeating: "a = {", count: 50_000), String(repeating: "[", count: 500_000),
    "x = \"" + String(repeating: "\u{fc}", count: 1_000_000),
    String(repeating: "[[a.b]]\n", count: 50_000), "a" + String(repeating: ".\u{e9}", count: 100),
  ])
  func whatIsMadeToBreakAParserIsRefused(_ text: String) { #expect(!errors(text).isEmpty) }

  @Test func dotsInStringsAndCommentsAreNoKeys() throws {
    let dots = String(repeating: ".", count: 1000)
    let text = "# \(dots)\n[keys.a]\nprofile = \"\\\"\(dots)\" # \(dots)\n[keys.b]\nprofile = '\(dots)'"
    #expect(try load(text).keeper.keys.count == 2)
  }

  @Test func parsingLeavesNothingBehind() throws {
    let good = manyKeys(300)
    let bad = good + "[keys.key-1]\n"
    func round() { for text in [good, bad] { _ = errors(text) } }
    for _ in 0..<5 { round() }
    let before = try residentBytes()
    for _ in 0..<40 { round() }
    // Other tests run beside this one. Forty rounds that lose their documents keep 37 MB (measured by leaving the call
    // of ctoml_free out).
    #expect(try residentBytes() - before < 20_000_000)
  }

  private func residentBytes() throws -> Int {
    let fields = String(decoding: try readFile("/proc/self/statm"), as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
