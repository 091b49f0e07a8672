import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages

/// A key as it is published: from its record, or, for those who may not read that, from an output that they may read.
func readPublishedKey(_ name: KeyName, in folder: String) throws(Failure) -> KeyRecord {
  let file = RecordFile(runtimeFolder: folder, key: name)
  do throws(SystemError) { return try file.read() } catch {
    guard error.code == EACCES else {
      let hint = error.code == ENOENT ? "no such key, or it was not issued yet: bedrock-keyd status" : ""
      throw Failure(.internal, "cannot read \(file.path): \(error.reason)", hint: hint)
    }
  }
  return try readFromOutput(name, in: folder)
}

/// What status.json tells of the key stands for its receipt.
private func readFromOutput(_ name: KeyName, in folder: String) throws(Failure) -> KeyRecord {
  let status = try StatusFile.read(in: folder)
  guard let key = status.keys.first(where: { $0.name == name.text }) else {
    throw Failure(.internal, "cannot find key \(name.text): the daemon keeps no such key")
  }
  for output in key.outputs where output.error == nil {
    guard let content = output.read(), let token = extractKey(content, format: output.format) else { continue }
    return KeyRecord(receipt: receipt(of: key), key: token)
  }
  throw Failure(
    .internal, "cannot read key \(name.text): neither its record nor an output may be read",
    hint: "an output with group and mode 0640 lets a group read it")
}

/// The key within an output: all of a token file, the first value of an env file, "token" of a JSON file.
func extractKey(_ content: borrowing SecretBytes, format: String) -> SecretBytes? {
  let lead: [UInt8]
  let ends: [UInt8]
  switch format {
  case "env": (lead, ends) = (Array("=".utf8), Array("\n".utf8))
  case "json": (lead, ends) = (Array("\"token\":\"".utf8), Array("\"".utf8))
  default: (lead, ends) = ([], [])
  }
  return content.withBytes { bytes -> SecretBytes? in
    guard let start = (0...bytes.count).first(where: { bytes[$0...].starts(with: lead) }) else { return nil }
    let key = bytes[(start + lead.count)...].prefix { !ends.contains($0) }
    return key.isEmpty ? nil : SecretBytes(copying: key)
  }
}

private func receipt(of key: StatusFile.Key) -> KeyReceipt {
  KeyReceipt(
    fingerprint: "", issued: key.issued.flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(milliseconds: 0),
    expires: key.expiration, expiresKnown: key.expiresKnown, region: key.region,
    type: KeyType(rawValue: key.type) ?? .shortTerm,
    credentialSource: key.credentialSource.flatMap { CredentialSource(rawValue: $0) } ?? .environment, account: "",
    isExample: key.state == "example", settingsDigest: "")
}
