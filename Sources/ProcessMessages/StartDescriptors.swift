/// The descriptors that `bedrock-keyd run` leaves open across the exec of the keeper.
package enum StartDescriptors {
  /// The start environment, a sealed memory file that is handed on to issuers unread.
  package static let environment: Int32 = 3
  /// The executable of `bedrock-keyd`: children are spawned from this very file, whatever an upgrade puts in its place.
  package static let executable: Int32 = 4
  /// The compiled configuration, a sealed memory file.
  package static let configuration: Int32 = 5
  /// The socket for LoadCredential=, where the service manager listens on it for the daemon (sd_listen_fds(3)).
  package static let credentialSocket: Int32 = 6
}
