import KeyModel
import KeyPublishing
import KeyReporting
import KeyRotation
import LinuxHost
import ProcessMessages
import RenewalSchedule

extension Keeper {
  /// Our clocks' reading with AWS's time for the wall's.
  func corrected(_ now: ClockReading) -> ClockReading { ClockReading(wall: schedule.corrected(now), boot: now.boot) }

  /// Takes up the rotations of the configured long-term keys where the state folder says they are.
  func openRotations() {
    rotations = [:]
    tellLeftCredentials()
    guard lockState() else { return }
    for key in configuration.keys.indices {
      let settings = configuration.keys[key]
      guard let longTerm = settings.longTerm else { continue }
      let files = RotationFiles(stateFolder: configuration.stateFolder, key: settings.name)
      files.removeLeftovers()
      let state = readState(files)
      if let state, state.user != longTerm.user, !state.ours.isEmpty {
        carryOut(schedule.advance(.hindered(key, anotherUsers(state, files, longTerm.user)), at: .now()))
        continue
      }
      rotations[key] = RotationRun(
        RotationSettings(
          key: settings.name, longTerm: longTerm, verification: settings.verify,
          attemptTimeout: configuration.daemon.attemptTimeout), files: files, state: state)
    }
    wakeRotations(.now())
  }

  /// Two daemons on one state would undo each other's steps. False where another one has it; then no key is rotated.
  private func lockState() -> Bool {
    let keys = configuration.keys.indices.filter { configuration.keys[$0].longTerm != nil }
    guard !keys.isEmpty, stateLock == nil else { return true }
    do throws(Failure) {
      try? makeFolders(configuration.stateFolder, mode: 0o700)
      stateLock = try FolderLock(configuration.stateFolder, purpose: "rotate long-term keys")
      return true
    } catch {
      for key in keys { carryOut(schedule.advance(.hindered(key, error), at: .now())) }
      return false
    }
  }

  /// The time since boot at which a rotation is due although nothing happens.
  func rotationDue(_ now: ClockReading) -> Duration? {
    rotations.values.compactMap { $0.machine.due(at: corrected(now)) }.min()
  }

  /// Lets rotations decide whose time has come.
  func wakeRotations(_ now: ClockReading) {
    for key in rotations.keys.sorted() {
      guard let due = rotations[key]?.machine.due(at: corrected(now)), due <= now.boot else { continue }
      advance(key, .woke)
    }
  }

  /// Takes an event, and those that follow from it, and carries out what the rotation decides.
  func advance(_ key: Int, _ event: RotationEvent) {
    guard let run = rotations[key] else { return }
    run.events.append(event)
    guard !run.isBusy else { return }
    run.isBusy = true
    while !run.events.isEmpty {
      let next = run.events.removeFirst()
      carryOut(run.machine.advance(next, at: corrected(.now())), of: key, run)
    }
    run.isBusy = false
  }

  private func carryOut(_ actions: [RotationAction], of key: Int, _ run: RotationRun) {
    for action in actions {
      isStatusStale = true
      switch action {
      case .save(let state):
        do throws(PublishingError) { try run.files.writeState(state.encoded) } catch {
          // What comes after it is not to be done before it is on disk.
          run.events.append(.saveFailed(Failure(.misconfigured, error.message)))
          return
        }
      case .publish(let id): publish(id, of: key, run)
      case .forget(let id): run.files.forget(id)
      case .call(let call):
        run.call = call
        carryOut(schedule.advance(.callWanted(key), at: .now()))
      case .report(let report): tell(report, key)
      }
    }
  }

  /// Publishes the key of a credential from its durable record, under the settings of now.
  private func publish(_ id: CredentialID, of key: Int, _ run: RotationRun) {
    let record: KeyRecord
    do throws(SystemError) { record = try run.files.record(of: id).read() } catch {
      let message = "cannot read \(run.files.record(of: id).path): \(error.reason)"
      run.events.append(.publicationFailed(Failure(.misconfigured, message)))
      return
    }
    var receipt = record.receipt
    receipt.settingsDigest = configuration.keys[key].settingsDigest
    if let region = configuration.keys[key].region { receipt.region = region.name }
    let recorded = publisher.recordedReceipt(key)
    if let recorded, recorded.settingsDigest == receipt.settingsDigest, recorded.issued > receipt.issued,
      recorded.isLive(at: schedule.corrected(.now()))
    {
      run.events.append(.publicationFailed(olderState(key, receipt)))
      return
    }
    run.publishing = id
    let known = [recorded?.fingerprint, schedule.keys[key].receipt?.fingerprint]
    carryOut(schedule.advance(.rotated(key, receipt, isNew: !known.contains(receipt.fingerprint)), at: .now()))
    guard recorded != receipt else { return publisher.publishRecord(key, receipt) }
    do throws(PublishingError) {
      try publisher.publish(key, ArrivedKey(record.key.withBytes { SecretBytes(copying: $0) }), receipt)
    } catch {
      run.publishing = nil
      run.events.append(.publicationFailed(Failure(.misconfigured, error.message)))
    }
  }

  /// Publishes the key of a rotation once more: its record in the runtime folder is gone.
  func restoreRecord(_ key: Int) {
    guard let run = rotations[key], let current = run.machine.state.current else { return }
    publish(current.id, of: key, run)
    advance(key, .woke)
  }

  /// Tells the rotations whose new key is in all its files now.
  func confirmPublications() {
    for (key, run) in rotations {
      guard let id = run.publishing else { continue }
      let outputs = publisher.files[key].outputs
      guard outputs.allSatisfy({ !$0.isQueued && $0.identity != nil && $0.error == nil }) else { continue }
      run.publishing = nil
      advance(key, .published(id, renewal: schedule.keys[key].renewal))
    }
  }

  /// What is on disk belongs to the user that the key had before: nothing of it is given up.
  private func anotherUsers(_ state: RotationState, _ files: RotationFiles, _ user: String) -> Failure {
    Failure(
      .misconfigured,
      "cannot rotate key \(files.key.text) for user \(user): \(files.folder) holds the keys of user \(state.user)",
      hint:
        "give the key of the other user another name; or, once nobody uses them: \(deletions(of: state)); then remove"
        + " \(files.folder)")
  }

  /// A folder that comes from a backup knows keys that were replaced since.
  private func olderState(_ key: Int, _ receipt: KeyReceipt) -> Failure {
    let name = configuration.keys[key].name.text
    return Failure(
      .misconfigured,
      "cannot publish key \(name) of \(receipt.issued.rfc3339): the published one is newer",
      hint: "was \(configuration.stateFolder) restored from a backup? renew \(name) makes a new key")
  }

  private func deletions(of state: RotationState) -> String {
    state.ours.map { "bedrock-keyd long-term delete \($0.text) --user \(state.user)" }.joined(separator: ", ")
  }

  private func readState(_ files: RotationFiles) -> RotationState? {
    let failure: String
    do {
      guard let bytes = try files.readState() else { return nil }
      return try RotationState(decoding: bytes)
    } catch let error as SystemError {
      failure = error.reason
    } catch {
      failure = "it is none of this version"
    }
    tell(
      JournalEntry(
        .warning, .error,
        "cannot read \(files.statePath): \(failure); what is in \(configuration.stateFolder)/\(files.key.text) and in IAM"
          + " counts"))
    return nil
  }

  /// Names the credentials in IAM that no configured key cares for any more, and the commands that delete them.
  private func tellLeftCredentials() {
    for name in RotationFiles.keys(in: configuration.stateFolder) {
      let files = RotationFiles(stateFolder: configuration.stateFolder, key: name)
      guard !configuration.keys.contains(where: { $0.name == name && $0.longTerm != nil }),
        let bytes = try? files.readState(), let state = try? RotationState(decoding: bytes), !state.ours.isEmpty
      else { continue }
      let warning =
        "the credentials of key \(name.text) stay with user \(state.user), although it is no longer configured"
        + " (if nobody uses them: \(deletions(of: state)); then remove \(files.folder))"
      guard toldWarnings.insert(warning).inserted else { continue }
      tell(JournalEntry(.removed, .warning, warning, key: name))
    }
  }
}
