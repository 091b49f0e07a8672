import AWSClient
import AWSCredentials
import Glibc
import KeyModel
import KeyPublishing
import LinuxHost
import ProcessMessages
import SigV4

/// What one run of the issuer does for a long-term key: one call of IAM, or one trial on Bedrock. A new key is durable
/// before the keeper hears of it, so that no answer that is lost on the way can lose a secret.
struct LongTermRun {
  private let request: LongTermRequest
  private let stateFolder: String
  private let context: CredentialContext

  /// A run in a context whose profiles are not prepared yet.
  static func carryOut(
    _ request: LongTermRequest, stateFolder: String, in context: inout CredentialContext
  ) -> (outcome: LongTermOutcome, warnings: [String]) {
    do throws(CredentialError) { try CredentialChain.prepare(&context) } catch {
      return (.failed(error.failure, isCertain: true), [])
    }
    var warnings: [String] = []
    let run = LongTermRun(request: request, stateFolder: stateFolder, context: context)
    return (run.outcome(&warnings), warnings)
  }

  private func outcome(_ warnings: inout [String]) -> LongTermOutcome {
    do throws(Failure) {
      if case .probe(let id) = request.call { return .probed(try probe(id)) }
      var region = request.region
      if region == nil { region = try context.region() }
      let credentials: Credentials
      do throws(CredentialError) { credentials = try CredentialChain.resolve(context) } catch { throw error.failure }
      warnings = credentials.warnings
      let origin = Origin(source: credentials.source, account: credentials.account)
      let client = try IAMClient(context, credentials, region: region)
      do throws(IAMError) { return try ask(client, region, origin) } catch {
        return .failed(error.failure, isCertain: !error.mayHaveBeenApplied)
      }
    } catch {
      return .failed(error, isCertain: true)
    }
  }

  /// Where the credentials came from that ask.
  private struct Origin {
    let source: CredentialSource
    let account: String
  }

  private func ask(_ client: IAMClient, _ region: Region?, _ origin: Origin) throws(IAMError) -> LongTermOutcome {
    switch request.call {
    case .list: return .listed(try client.list(.user(request.user)).compactMap { ServiceCredential($0) })
    case .create(let days):
      // The receipt names the region, and what cannot be kept must not be made.
      guard let region else { return .failed(missingRegion, isCertain: true) }
      return keep(try client.create(user: request.user, age: days.map { .days($0) } ?? .never), region, origin, client)
    case .deactivate(let id):
      return try done { () throws(IAMError) in
        try client.update(id.text, user: request.user, isActive: false)
      }
    case .delete(let id): return try done { () throws(IAMError) in try client.delete(id.text, user: request.user) }
    case .probe: preconditionFailure("a probe asks Bedrock, not IAM")
    }
  }

  /// What is no longer there needs no more.
  private func done(_ body: () throws(IAMError) -> Void) throws(IAMError) -> LongTermOutcome {
    do throws(IAMError) { try body() } catch {
      guard error.kind == .noSuchEntity else { throw error }
    }
    return .done
  }

  private func file(_ id: CredentialID) -> RecordFile {
    RecordFile(stateFolder: stateFolder, key: request.key, credential: id)
  }

  /// Makes a new key durable. A credential whose key cannot be kept is of no use to anybody: it is deleted at once.
  private func keep(
    _ issued: consuming IssuedLongTermKey, _ region: Region, _ origin: Origin, _ client: IAMClient
  ) -> LongTermOutcome {
    let found = issued.credential
    guard let made = ServiceCredential(found) else {
      return .failed(Failure(.internal, "cannot keep key \(found.id): its id is none"), isCertain: false)
    }
    let receipt = KeyReceipt(
      fingerprint: fingerprint(of: issued.key), issued: made.created, expires: made.expires, expiresKnown: true,
      region: region.name, type: .longTerm, credentialSource: origin.source, account: origin.account, isExample: false,
      settingsDigest: request.settingsDigest)
    do throws(PublishingError) {
      try file(made.id).write(issued.key, receipt)
      return .created(made)
    } catch {
      let failure = Failure(.misconfigured, error.message)
      do throws(IAMError) { try client.delete(found.id, user: request.user) } catch {
        return .failed(failure, isCertain: false)
      }
      return .failed(failure, isCertain: true)
    }
  }

  private func probe(_ id: CredentialID) throws(Failure) -> Verification {
    var region = request.region
    if region == nil { region = try context.region() }
    guard let region else { throw missingRegion }
    let record: KeyRecord
    do throws(SystemError) { record = try file(id).read() } catch {
      throw Failure(.misconfigured, "cannot read \(file(id).path): \(error.reason)")
    }
    return verify(record.key, region: region, in: context)
  }
}

extension ServiceCredential {
  /// The credential as the keeper knows it; nil where the id cannot be one.
  init?(_ found: ServiceSpecificCredential) {
    guard let id = CredentialID(found.id) else { return nil }
    let status: Status =
      switch found.status {
      case .active: .active
      case .inactive: .inactive
      case .expired: .expired
      }
    self.init(id: id, created: found.created, expires: found.expires, status: status)
  }
}
