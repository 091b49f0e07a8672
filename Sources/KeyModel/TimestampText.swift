extension Timestamp {
  /// `2026-11-24T08:15:00Z` (RFC 3339, UTC, whole seconds).
  package var rfc3339: String {
    let date = CalendarDate(self)
    return "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))T"
      + "\(digits(date.hour, 2)):\(digits(date.minute, 2)):\(digits(date.second, 2))Z"
  }

  /// `20261124T081500Z`, the form of X-Amz-Date (AWS Signature Version 4).
  package var amzDate: String {
    let date = CalendarDate(self)
    return "\(digits(date.year, 4))\(digits(date.month, 2))\(digits(date.day, 2))T"
      + "\(digits(date.hour, 2))\(digits(date.minute, 2))\(digits(date.second, 2))Z"
  }

  /// Reads the form of X-Amz-Date; nil for anything else.
  package init?(amzDate text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
      let year = number(bytes[0..<4]), let month = number(bytes[4..<6]), let day = number(bytes[6..<8]),
      let hour = number(bytes[9..<11]), let minute = number(bytes[11..<13]), let second = number(bytes[13..<15]),
      let date = CalendarDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    self = date.moment
  }

  /// Reads RFC 3339 with `Z` or an offset, with or without a fraction, `T` or a space between date and time; nil for
  /// anything else. A fraction is kept to the millisecond.
  package init?(rfc3339 text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      "Tt ".utf8.contains(bytes[10]), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      let date = CalendarDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    var rest = bytes[19...]
    var fraction: Int64 = 0
    if rest.first == UInt8(ascii: ".") {
      let run = rest.dropFirst().prefix { (48...57).contains($0) }
      guard !run.isEmpty else { return nil }
      fraction = number((Array(run) + [48, 48, 48]).prefix(3)) ?? 0
      rest = rest[run.endIndex...]
    }
    guard let offset = offsetSeconds(rest) else { return nil }
    self.init(milliseconds: date.moment.milliseconds - offset * 1000 + fraction)
  }
}

/// A number with leading zeros.
private func digits(_ value: Int64, _ width: Int) -> String {
  let text = String(value)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// The value of decimal digits; nil where there is none or another character.
private func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
  guard !bytes.isEmpty else { return nil }
  var value: Int64 = 0
  for byte in bytes {
    guard (48...57).contains(byte) else { return nil }
    value = value * 10 + Int64(byte - 48)
  }
  return value
}

/// The seconds east of Greenwich of `Z`, `+hh:mm` or `-hhmm`.
private func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
  if bytes.count == 1, let only = bytes.first, "Zz".utf8.contains(only) { return 0 }
  guard let sign = bytes.first, "+-".utf8.contains(sign) else { return nil }
  let plain = ArraySlice(bytes.dropFirst().filter { $0 != UInt8(ascii: ":") })
  guard plain.count == 4, let hours = number(plain.prefix(2)), let minutes = number(plain.suffix(2)),
    hours < 24, minutes < 60
  else { return nil }
  return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
}
