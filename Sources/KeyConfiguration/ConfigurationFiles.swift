import Glibc
import LinuxHost

/// How configuration files are read, so that tests can give them from memory.
package struct ConfigurationFiles: Sendable {
  /// The bytes of a file.
  package var read: @Sendable (String) throws(SystemError) -> [UInt8]
  /// The names in a folder.
  package var list: @Sendable (String) throws(SystemError) -> [String]

  /// Access by its two functions.
  package init(
    read: @escaping @Sendable (String) throws(SystemError) -> [UInt8],
    list: @escaping @Sendable (String) throws(SystemError) -> [String]
  ) {
    self.read = read
    self.list = list
  }

  /// The largest file that is read, in bytes: a mistaken path must not fill the memory.
  package static let largest = 16_777_216

  /// The machine's files.
  package static let system = ConfigurationFiles(
    read: { (path) throws(SystemError) in try readFile(path, limit: largest) },
    list: { (folder) throws(SystemError) in try fileNames(in: folder) })
}

/// The merged tables of all files, and which files those were.
struct ConfigurationDocument {
  var root = TomlTable()
  var paths: [String] = []
}

extension ConfigurationDocument {
  /// Reads one file alone, or `config.toml` and then `config.d/*.toml` in name order. A file that cannot be parsed does
  /// not keep the others' errors back.
  init(file: String?, folder: String, _ files: ConfigurationFiles, _ report: inout SettingReport) {
    if let file {
      read(file, files, isOptional: false, &report)
      return
    }
    read("\(folder)/config.toml", files, isOptional: true, &report)
    let dropIns = "\(folder)/config.d"
    do throws(SystemError) {
      let names = try files.list(dropIns).filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }
      let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for name in sorted { read("\(dropIns)/\(name)", files, isOptional: false, &report) }
    } catch {
      if error.code != ENOENT { report.refuse(dropIns, at: nil, error.reason) }
    }
  }

  private mutating func read(
    _ path: String, _ files: ConfigurationFiles, isOptional: Bool, _ report: inout SettingReport
  ) {
    do throws(SystemError) {
      let bytes = try files.read(path)
      do throws(ConfigurationError) {
        root.merge(try parseToml(bytes, path: path, file: paths.count))
      } catch {
        report.add(error)
      }
      paths.append(path)
    } catch {
      if isOptional && error.code == ENOENT { return }
      let limit = "up to \(ConfigurationFiles.largest / 1_048_576) MiB"
      report.refuse(path, at: nil, error.reason, allowed: error.code == EFBIG ? limit : "")
    }
  }
}
