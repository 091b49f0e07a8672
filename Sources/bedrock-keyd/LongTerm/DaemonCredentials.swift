import Glibc
import KeyModel
import KeyPublishing
import KeyRotation
import LinuxHost

/// The ids of the credentials that the daemon of this machine made, by the states of its rotations;
/// none where it keeps no such key, nil where a state cannot be read.
func credentialsOfDaemon(in stateFolder: String) -> Set<String>? {
  var ids: Set<String> = []
  do throws(SystemError) {
    for name in try fileNames(in: stateFolder) {
      guard let key = KeyName(name) else { continue }
      let files = RotationFiles(stateFolder: stateFolder, key: key)
      guard access(files.statePath, F_OK) == 0 else { continue }
      guard let bytes = try files.readState(), let state = try? RotationState(decoding: bytes) else { return nil }
      ids.formUnion(state.ours.map(\.text))
    }
    return ids
  } catch { return error.code == ENOENT ? [] : nil }
}

/// The state folder of the daemon that a command is about: $STATE_DIRECTORY, else the packaged daemon's if it is there,
/// else this user's; nil where there can be none.
func stateFolder(ofCommandIn environment: Environment) -> String? {
  if environment.nonEmpty("STATE_DIRECTORY") == nil, isFolder(DaemonFolders.systemState) {
    return DaemonFolders.systemState
  }
  return try? DaemonFolders.state(ofDaemonIn: environment, uid: geteuid())
}
