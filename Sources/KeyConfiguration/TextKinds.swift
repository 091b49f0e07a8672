import KeyModel

extension SettingKind where Value == String {
  /// A string that a rule accepts; the rule names what is wrong, or nil.
  static func text(allowed: String, _ rule: @escaping @Sendable (String) -> String?) -> SettingKind {
    SettingKind(allowed: allowed, show: tomlString) { value in
      guard case .string(let text) = value else { return .wrongType }
      if text.isEmpty { return .wrong("it is empty") }
      return rule(text).map { .wrong("\(quoted(text)) \($0)") } ?? .value(text)
    }
  }

  /// A word without a rule of its own, such as a profile: anything in one line.
  static var line: SettingKind {
    text(allowed: "text of one line") { $0.unicodeScalars.contains(where: isControl) ? "is not of one line" : nil }
  }

  /// The absolute path of a file.
  static var path: SettingKind {
    text(allowed: "an absolute path of a file, without . and .. and double slashes", whatIsWrongWithPath)
  }

  /// The name or number of a user or group: what useradd(8) and systemd's sysusers.d(5) take, or digits.
  static var account: SettingKind {
    text(allowed: "the name or number of a user or group") { name in
      let isFine = name.utf8.allSatisfy { isWordByte($0) || "._-@$".utf8.contains($0) }
      return isFine && name.utf8.count <= 256 && !name.hasPrefix("-") ? nil : "is not a user's or group's name"
    }
  }

  /// The name of an IAM user (IAM API, CreateUser).
  static var iamUser: SettingKind {
    text(allowed: "1 to 64 letters, digits and +=,.@_-") { name in
      let isFine = name.utf8.allSatisfy { isWordByte($0) || "+=,.@-".utf8.contains($0) }
      return isFine && name.utf8.count <= 64 ? nil : "is not an IAM user's name"
    }
  }

  /// An Amazon Resource Name of a service and kind of resource.
  static func arn(_ service: String, _ resource: String) -> SettingKind {
    text(allowed: "arn:PARTITION:\(service):…:\(resource)/…") { text in
      let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      let isFine =
        parts.count == 6 && parts[0] == "arn" && parts[1].hasPrefix("aws") && parts[2] == service
        && parts[5].hasPrefix("\(resource)/") && !text.unicodeScalars.contains(where: isControl)
      return isFine ? nil : "is not such an ARN"
    }
  }
}

extension SettingKind where Value == Region {
  /// The name of a region.
  static var region: SettingKind {
    SettingKind(allowed: "the name of a region such as \"us-east-1\"", show: { tomlString($0.name) }) { value in
      guard case .string(let text) = value else { return .wrongType }
      return Region(text).map { .value($0) } ?? .wrong("\(quoted(text)) cannot be a region")
    }
  }
}

extension SettingKind where Value == UInt32 {
  /// The permission bits of a key file: the owner can read it, others cannot write it, nobody executes it, and the
  /// special bits (inode(7)) mean nothing for it.
  static var mode: SettingKind {
    let allowed =
      "three or four octal digits such as \"0640\", readable by the owner, not writable by others, no "
      + "execute or special bits"
    return SettingKind(allowed: allowed, show: { tomlString(octal($0)) }) { value in
      guard case .string(let text) = value else { return .wrongType }
      guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...55).contains($0) }),
        let mode = UInt32(text, radix: 8)
      else { return .wrong("\(quoted(text)) is not a mode") }
      if mode & 0o002 != 0 { return .wrong("\(quoted(text)) lets others write") }
      if mode & 0o7111 != 0 { return .wrong("\(quoted(text)) has execute or special bits") }
      return mode & 0o400 == 0 ? .wrong("\(quoted(text)) does not let the owner read") : .value(mode)
    }
  }
}

/// The four octal digits of a mode.
private func octal(_ mode: UInt32) -> String {
  let digits = String(mode, radix: 8)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

/// What is wrong with the path of a file, or nil. Paths are compared as text, so each file has but one.
@Sendable private func whatIsWrongWithPath(_ path: String) -> String? {
  guard path.hasPrefix("/") else { return "is not absolute" }
  if path.hasSuffix("/") { return "is a folder" }
  // PATH_MAX counts the end mark (limits.h).
  if path.utf8.count >= 4096 { return "is too long" }
  if path.unicodeScalars.contains(where: isControl) { return "has a control character" }
  let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  return parts.contains { $0.isEmpty || $0 == "." || $0 == ".." } ? "is not a plain path" : nil
}

/// ASCII and C1 control characters, and the two line separators of Unicode.
func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
}

/// ASCII letters, digits and the underscore.
func isWordByte(_ byte: UInt8) -> Bool {
  (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
}
