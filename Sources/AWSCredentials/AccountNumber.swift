/// The AWS account that an access key id tells: after the four letters of its type, ids of the newer form hold it in
/// their first 6 bytes of base32, bits 7 to 46. Nil for other ids: the older form has a digit or a letter up to `P`
/// first, and those of AWS's examples tell nothing.
package func accountNumber(ofAccessKeyID id: String) -> String? {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
  let bytes = Array(id.utf8)
  guard bytes.count == 20, id.hasPrefix("AKIA") || id.hasPrefix("ASIA"), !id.hasSuffix("EXAMPLE") else { return nil }
  var bits: UInt64 = 0
  for byte in bytes[4..<14] {
    guard let value = letters.firstIndex(of: byte) else { return nil }
    bits = bits << 5 | UInt64(value)
  }
  // 10 characters are 50 bits; the first 6 bytes are 48 of them.
  let number = (bits >> 2 & 0x7fff_ffff_ff80) >> 7
  // Ids of the older form have their top bit clear and mean nothing here.
  guard bits >> 49 == 1, number <= 999_999_999_999 else { return nil }
  let text = String(number)
  return String(repeating: "0", count: 12 - text.count) + text
}
