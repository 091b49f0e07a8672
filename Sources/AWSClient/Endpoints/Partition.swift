/// A group of regions with their own accounts and domain names.
struct Partition: Sendable {
  /// Its name in ARNs.
  let name: String
  /// The domain of its services.
  let dnsSuffix: String
  /// The domain of their dual-stack endpoints.
  let dualStackSuffix: String
  /// What its regions' names have before the last two parts.
  let prefixes: [String]

  /// The partition of a region, by the form of its name (`us-gov-west-1`): a prefix, a word and a number. Other names
  /// belong to `aws`, as botocore has it.
  static func of(_ region: String) -> Partition {
    let parts = region.split(separator: "-", omittingEmptySubsequences: false)
    let prefix = parts.dropLast(2).joined(separator: "-")
    let hasNumber = parts.last.map { !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } } ?? false
    let hasWord = parts.dropLast().last.map { !$0.isEmpty } ?? false
    let found = hasNumber && hasWord ? all.first { $0.prefixes.contains(prefix) } : nil
    return found ?? all[0]
  }
}
