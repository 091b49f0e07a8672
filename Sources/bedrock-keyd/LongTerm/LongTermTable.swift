import Issuing
import KeyModel

/// Long-term keys as a table or as JSON.
struct LongTermTable {
  let credentials: [ServiceSpecificCredential]
  /// The ids that the daemon made; nil where that cannot be told.
  let ours: Set<String>?
  let now: Timestamp
  /// Whether times are in words.
  var isForPeople = false
  /// The width that the table is to fit, if any.
  var columns: Int?

  /// The lines, without newlines.
  var lines: [String] {
    let titles = ["ID", "USER", "STATUS", isForPeople ? "AGE" : "CREATED", "EXPIRES", "OURS"]
    return TextTable(rows: [titles] + credentials.map(row), expendable: [5, 3, 1], columns: columns).lines()
  }

  private func row(_ one: ServiceSpecificCredential) -> [String] {
    let isOurs = ours.map { $0.contains(one.id) ? "yes" : "no" }
    return [one.id, one.user, one.status.rawValue, age(one), end(one), isOurs ?? "-"]
  }

  private func age(_ one: ServiceSpecificCredential) -> String {
    isForPeople ? (now - one.created).words : one.created.rfc3339
  }

  private func end(_ one: ServiceSpecificCredential) -> String {
    guard let end = one.expires else { return "never" }
    guard isForPeople else { return end.rfc3339 }
    return end > now ? "in \((end - now).words)" : "\((now - end).words) ago"
  }

  /// The same as a list of objects.
  var json: String {
    get throws(Failure) {
      let documents = credentials.map { one in
        Document(
          id: one.id, user: one.user, status: one.status.rawValue, created: one.created.rfc3339,
          expires: one.expires?.rfc3339, ours: ours?.contains(one.id))
      }
      return try jsonResult(documents, "the keys")
    }
  }

  private struct Document: Encodable {
    let id, user, status, created: String
    let expires: String?
    let ours: Bool?

    enum CodingKeys: String, CodingKey { case id, user, status, created, expires, ours }

    /// Written out, because what is nil is to be there as null.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(user, forKey: .user)
      try container.encode(status, forKey: .status)
      try container.encode(created, forKey: .created)
      try container.encode(expires, forKey: .expires)
      try container.encode(ours, forKey: .ours)
    }
  }
}
