import FoundationEssentials
import KeyModel

/// A result as JSON with its members in order of their names; `what` it is stands in the message where that does not work.
func jsonResult(_ document: some Encodable, _ what: String) throws(Failure) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let bytes = try? encoder.encode(document) else { throw Failure(.internal, "cannot write \(what) as JSON") }
  return String(decoding: bytes, as: UTF8.self)
}
