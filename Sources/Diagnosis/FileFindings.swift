extension MachineObservation {
  /// Whether the daemon's user gets at the files that are needed.
  var fileFindings: [Finding] {
    files.map { file in
      let values = ["path": file.path]
      guard let (problem, remedy) = trouble(file) else {
        return Finding(.fine, .file, "\(file.what) \(file.path) is open to \(user.name)").with(values)
      }
      return Finding(.problem, .file, "\(file.what) \(file.path): \(problem)", remedy: remedy).with(values)
    }
  }

  private func trouble(_ file: File) -> (problem: String, remedy: String)? {
    if let obstacle = file.obstacle {
      return (
        obstacle.words(for: user),
        "let \(user.name) at it by its group (mode 0640; 0770 for the folder of a cache), or move it to"
          + " /etc/bedrock-keyd/aws"
      )
    }
    guard let unit, unit.isInstalled else { return nil }
    // systemd.exec(5), ProtectHome=.
    if unit.hidesHomes, ["/home/", "/root/", "/run/user/"].contains(where: { file.path.hasPrefix($0) }) {
      return (
        "ProtectHome= of the unit hides it",
        "move it to /etc/bedrock-keyd/aws and name it in the key's environment (AWS_CONFIG_FILE)"
      )
    }
    guard file.isWrittenOutside, unit.isReadOnly(file.path) else { return nil }
    return (
      "the sandbox of the unit keeps it read-only, and renewed tokens are written there",
      "log in with HOME=/var/lib/bedrock-keyd/home, or a drop-in for the unit with ReadWritePaths=\(file.path)"
    )
  }
}
