import KeyModel
import ProcessMessages

/// `NAME=key` lines, then the constants: unquoted, LF, no `export`, the subset that systemd.exec(5) EnvironmentFile=, sh,
/// docker, compose and dotenv read alike.
func renderEnv(
  _ key: borrowing SecretBytes, variables: [String], constants: [Variable]
) -> SecretBytes {
  let plain = constants.map { "\($0.name)=\($0.value)\n" }.joined()
  let names = variables.reduce(0) { $0 + $1.utf8.count + 2 }
  var text = SecretBytes(capacity: names + variables.count * key.count + plain.utf8.count)
  for name in variables {
    text.append(contentsOf: name.utf8)
    text.append(UInt8(ascii: "="))
    text.append(key)
    text.append(UInt8(ascii: "\n"))
  }
  text.append(contentsOf: plain.utf8)
  return text
}
