extension MachineObservation {
  /// Whether each output can be written as it is configured. Those without a problem are counted, not listed.
  var outputFindings: [Finding] {
    let problems = outputs.flatMap { findings($0) }
    let sound = outputs.count { $0.unresolved == nil && findings($0).isEmpty }
    guard sound > 0 else { return problems }
    let what = sound == 1 ? "1 output can" : "\(sound) outputs can"
    return [Finding(.fine, .output, "\(what) be written by \(user.name)")] + problems
  }

  private func findings(_ output: Output) -> [Finding] {
    // The warning of the configuration tells of a name that does not resolve.
    guard output.unresolved == nil else { return [] }
    return [ownerFinding(output), groupFinding(output), folderFinding(output) ?? sandboxFinding(output)]
      .compactMap { $0 }
  }

  private func ownerFinding(_ output: Output) -> Finding? {
    guard let owner = output.owner, owner != user.uid, user.uid != 0 else { return nil }
    return finding(
      output, "its owner shall be user \(owner), which only root can do",
      "use group and mode 0640 instead of owner")
  }

  private func groupFinding(_ output: Output) -> Finding? {
    guard let group = output.group, !user.groups.contains(group), user.uid != 0 else { return nil }
    return finding(
      output, "user \(user.name) is no member of its group \(group)",
      "a drop-in for the unit with SupplementaryGroups=, then systemctl daemon-reload and a restart")
  }

  private func folderFinding(_ output: Output) -> Finding? {
    guard let obstacle = output.obstacle else { return nil }
    // The daemon makes its own folders.
    if output.isOwn, case .missing = obstacle { return nil }
    let remedy =
      if case .missing(let path) = obstacle { "make the folder \(path) and let \(user.name) write to it" } else {
        "let \(user.name) write to \(folderName(of: output.path))"
      }
    return finding(output, obstacle.words(for: user), remedy)
  }

  private func sandboxFinding(_ output: Output) -> Finding? {
    let folder = folderName(of: output.path)
    guard !output.isOwn, unit?.isReadOnly(folder) == true else { return nil }
    return finding(
      output, "the sandbox of the unit keeps \(folder) read-only",
      "a drop-in for the unit with ReadWritePaths=\(folder)")
  }

  private func finding(_ output: Output, _ problem: String, _ remedy: String) -> Finding {
    Finding(.problem, .output, "key \(output.key) cannot be written to \(output.path): \(problem)", remedy: remedy)
      .with(["key": output.key, "path": output.path])
  }
}
