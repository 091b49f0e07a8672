import Glibc
import KeyModel
import KeyNotification
import KeyPublishing
import KeyReporting
import LinuxHost
import ProcessMessages

extension Keeper {
  /// Runs the hooks of renewed keys whose outputs are all written, or have failed.
  func runAwaitingHooks() {
    guard !awaitsHooks.isEmpty else { return }
    for (key, events) in awaitsHooks where !publisher.files[key].outputs.contains(where: \.isQueued) {
      awaitsHooks[key] = nil
      runHooks(of: key, for: events)
    }
  }

  /// Runs the hooks of a key that wait for one of the events, each once, for the first of them that it waits for.
  func runHooks(of key: Int, for events: [HookEvent]) {
    let settings = configuration.keys[key]
    for (index, hook) in settings.hooks.enumerated() {
      guard let event = events.first(where: hook.events.contains) else { continue }
      var environment = program.environment
      environment["BEDROCK_KEY"] = settings.name.text
      environment["BEDROCK_EVENT"] = event.rawValue
      environment["BEDROCK_EXPIRES"] = schedule.keys[key].receipt?.expires?.rfc3339 ?? ""
      let run = HookRunner.Run(
        key: settings.name, index: index, command: hook.command, timeout: hook.timeout, environment: environment)
      tell(hooks.want(run, at: ClockReading.now().boot))
    }
  }

  /// A hook that fails is reported, and changes nothing else.
  func tell(_ problems: [HookRunner.Problem]) {
    for problem in problems {
      tell(JournalEntry(.hookFailed, .error, problem.message, key: problem.key, reason: .misconfigured))
    }
  }

  /// Listens for LoadCredential=, on the socket that the service manager passed or on one of our own.
  func openCredentialSocket() {
    do throws(SystemError) {
      let listener =
        options.hasCredentialSocket
        ? try passedSocket() : try LocalSocket.listen(.stream, configuration.runtimeFolder, CredentialSocket.name)
      credentials = CredentialSocket(listener: listener)
    } catch {
      let path = "\(configuration.runtimeFolder)/\(CredentialSocket.name)"
      tell(JournalEntry(.warning, .warning, "cannot listen on \(path): \(error.reason); LoadCredential= is not served"))
    }
  }

  private func passedSocket() throws(SystemError) -> Descriptor {
    let socket = Descriptor(owning: StartDescriptors.credentialSocket)
    try socket.setNonBlocking()
    return socket
  }

  /// Answers the service managers that ask for keys.
  func serveCredentials(_ ready: Set<Int32>, _ now: ClockReading) {
    guard let credentials, credentials.hasWork(ready) else { return }
    let rules = configuration.keys.map { CredentialRule(name: $0.name, units: $0.units, readers: $0.readers) }
    credentials.advance(rules: rules, at: now.boot) { key, socket in
      guard schedule.isLive(key, at: now), let record = try? publisher.files[key].record.read() else { return false }
      record.key.withBytes { bytes in
        // A key fits into any socket's buffer, so one call sends it whole or the peer is gone.
        _ = send(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      return true
    }
  }
}
