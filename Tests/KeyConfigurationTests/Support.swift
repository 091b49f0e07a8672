import Glibc
import KeyConfiguration
import KeyModel
import LinuxHost
import ProcessMessages

/// Users and groups of the tests: `app` and `bedrock-keyd` are there, `broken` cannot be asked for.
let testNames = NameResolver(
  user: { (name) throws(SystemError) in try lookUp(name, ["app": 1001, "root": 0]) },
  group: { (name) throws(SystemError) in try lookUp(name, ["app": 2001, "bedrock-keyd": 990]) })

private func lookUp(_ name: String, _ known: [String: UInt32]) throws(SystemError) -> UInt32? {
  if name == "broken" { throw SystemError(code: EIO) }
  return known[name]
}

/// Files that are given by their text: `config.toml` alone, or with drop-ins by their names.
func files(_ texts: [String: String]) -> ConfigurationFiles {
  ConfigurationFiles(
    read: { (path) throws(SystemError) in
      guard let text = texts[path] else { throw SystemError(code: ENOENT) }
      return Array(text.utf8)
    },
    list: { (folder) throws(SystemError) in
      let names = texts.keys.filter { $0.hasPrefix("\(folder)/") }.map { String($0.dropFirst(folder.count + 1)) }
      guard !names.isEmpty else { throw SystemError(code: ENOENT) }
      return names
    })
}

/// Inputs with the packaged folders.
func inputs(_ environment: [String: String] = [:], file: String? = nil) -> ConfigurationInputs {
  ConfigurationInputs(
    file: file, environment: Environment(environment), runtimeFolder: "/run/bedrock-keyd",
    stateFolder: "/var/lib/bedrock-keyd")
}

/// Loads a configuration that is given as text.
func load(
  _ text: String, environment: [String: String] = [:]
) throws(ConfigurationErrors) -> LoadedConfiguration {
  try loadConfiguration(inputs(environment, file: "c.toml"), files: files(["c.toml": text]), names: testNames)
}

/// The lines of the errors of a configuration that is given as text; none where it is valid.
func errors(_ text: String) -> [String] {
  do throws(ConfigurationErrors) {
    _ = try load(text)
    return []
  } catch {
    return error.lines
  }
}

/// A key's name that is known to be one.
func name(_ text: String) throws -> KeyName {
  guard let name = KeyName(text) else { throw Failure(.internal, "cannot use '\(text)' as a key's name") }
  return name
}
