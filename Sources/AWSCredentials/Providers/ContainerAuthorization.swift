import KeyModel

/// The Authorization header for the container endpoint.
enum ContainerAuthorization {
  /// The content of the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names, read anew each time because EKS replaces
  /// it, else AWS_CONTAINER_AUTHORIZATION_TOKEN; nil where neither is set.
  static func read(_ context: CredentialContext) throws(Failure) -> String? {
    if let path = context.environment.nonEmpty("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      let bytes: [UInt8]
      do {
        bytes = try context.readFile(path)
      } catch {
        throw Failure(.misconfigured, "cannot read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE \(path): \(error.reason)")
      }
      return try header(bytes, from: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE \(path)")
    }
    guard let value = context.environment.nonEmpty("AWS_CONTAINER_AUTHORIZATION_TOKEN") else { return nil }
    return try header(Array(value.utf8), from: "AWS_CONTAINER_AUTHORIZATION_TOKEN")
  }

  /// One newline at the end is dropped; any other control character would let the value become other headers.
  private static func header(_ bytes: [UInt8], from place: String) throws(Failure) -> String {
    let value = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
    guard !value.isEmpty else { throw Failure(.misconfigured, "cannot use \(place): it is empty") }
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), let text = String(validating: value, as: UTF8.self) else {
      throw Failure(.misconfigured, "cannot use \(place): it holds a line break or another control character")
    }
    return text
  }
}
