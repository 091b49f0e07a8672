/// A text as a form, a query or one part of a path has it (RFC 3986's unreserved characters stay).
package func formEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.reduce(into: "") { result, byte in
    let scalar = Character(Unicode.Scalar(byte))
    if scalar.isASCII && (scalar.isLetter || scalar.isNumber || "-._~".contains(scalar)) {
      result.append(scalar)
    } else {
      result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
  }
}
