import Glibc
import KeyModel
import LinuxHost
import ProcessMessages
import RenewalSchedule

/// The issuers that run. It starts them, reads their answers and kills them; when is not its business.
final class IssuerPool {
  /// An attempt that ended.
  struct End {
    let attempt: AttemptID
    let result: AttemptResult
    /// The keys that came, in the order of the request.
    let keys: [ArrivedKey?]
    let warnings: [String]
    /// What became of a call for a long-term key. Where there is no answer nobody knows, unless it was never asked.
    var longTerm: LongTermOutcome?
  }

  private final class Run {
    let attempt: AttemptID
    let pid: pid_t
    let answer: AnswerReader

    init(attempt: AttemptID, pid: pid_t, answer: AnswerReader) {
      self.attempt = attempt
      self.pid = pid
      self.answer = answer
    }
  }

  private let program: OwnProgram
  private var runs: [Int32: Run] = [:]

  init(program: OwnProgram) { self.program = program }

  /// The pipes to wait on.
  var descriptors: [Int32] { Array(runs.keys) }

  /// Starts an issuer; an end at once where the system refuses.
  func start(_ attempt: AttemptID, _ request: IssueRequest) -> End? {
    do throws(SystemError) {
      let question = try sealedMemoryFile("request", request.encoded)
      let (reader, writer) = try Pipe().split()
      let ours = Descriptor(owning: reader)
      let theirs = Descriptor(owning: writer)
      try ours.setNonBlocking()
      let pid = try program.start(["issue"], input: question, output: theirs)
      let answer = AnswerReader(ours, expected: request.keys.count)
      runs[reader] = Run(attempt: attempt, pid: pid, answer: answer)
      return nil
    } catch {
      return failed(attempt, "cannot start the issuer: \(error.reason)", wasAsked: false)
    }
  }

  /// Kills an issuer and what it started; nothing of its answer is read any more.
  func kill(_ attempt: AttemptID) {
    for (descriptor, run) in runs where run.attempt == attempt { end(descriptor, run) }
  }

  /// Kills all issuers.
  func killAll() {
    for (descriptor, run) in runs { end(descriptor, run) }
  }

  /// Reads what came on a pipe; an end when the answer is whole or will never be.
  func advance(_ descriptor: Int32) -> End? {
    guard let run = runs[descriptor] else { return nil }
    switch run.answer.advance() {
    case .waiting: return nil
    case .broken(let reason):
      end(descriptor, run)
      return failed(run.attempt, "cannot read the issuer's answer: \(reason)")
    case .complete(let answer, let keys):
      end(descriptor, run)
      let outcomes = answer.outcomes.map { outcome -> KeyOutcome in
        switch outcome {
        case .issued(let receipt, _, let verification): .issued(receipt, verification)
        case .failed(let failure): .failed(failure)
        }
      }
      return End(
        attempt: run.attempt, result: .answered(outcomes, clockSkew: answer.clockSkew), keys: keys,
        warnings: answer.warnings, longTerm: answer.longTerm)
    }
  }

  private func end(_ descriptor: Int32, _ run: Run) {
    runs[descriptor] = nil
    program.children.kill(run.pid)
  }

  private func failed(_ attempt: AttemptID, _ message: String, wasAsked: Bool = true) -> End {
    let failure = Failure(.internal, message)
    return End(
      attempt: attempt, result: .failed(failure), keys: [], warnings: [],
      longTerm: .failed(failure, isCertain: !wasAsked))
  }
}
