import KeyModel

extension Timestamp {
  /// Reads a time as AWS's services and tools write it: RFC 3339, with `UTC` at its end instead of a zone as older tools
  /// do, or the basic form of ISO 8601 (`20261124T081500Z`); nil for anything else.
  init?(written text: String) {
    guard let moment = Timestamp(rfc3339: text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text[...]) else {
      self.init(amzDate: text)
      return
    }
    self = moment
  }
}
