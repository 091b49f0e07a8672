import AWSCredentials
import Diagnosis
import Issuing
import LinuxHost
import ProcessMessages

/// One credential source of the configuration that is examined.
struct SourceInQuestion {
  /// How it is examined.
  var examination: SourceExamination
  private let environment: Environment
  private let stateFolder: String

  /// A source of a configuration by its index.
  init(_ configuration: KeeperConfiguration, _ index: Int, _ environment: Environment) {
    examination = SourceExamination(
      of: configuration.sources[index], for: configuration.keys.filter { $0.source == index },
      attemptTimeout: configuration.daemon.attemptTimeout)
    self.environment = environment
    stateFolder = configuration.stateFolder
  }

  /// Looks, in a context whose time begins now.
  func observe() -> SourceObservation {
    var context = context
    return examination.observe(in: &context)
  }

  /// The files that its credentials and calls need.
  var files: [(path: String, what: String)] { context.filesInUse }

  private var context: CredentialContext { examination.context(environment, stateFolder: stateFolder) }
}
