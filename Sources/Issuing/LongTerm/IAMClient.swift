import AWSClient
import AWSCredentials
import KeyModel
import SigV4

/// IAM, as far as long-term keys need it: the query protocol of 2010-05-08
/// (https://docs.aws.amazon.com/IAM/latest/APIReference/). It answers within the context's deadline.
package struct IAMClient {
  /// The service of these credentials (CreateServiceSpecificCredential, ServiceName).
  static let service = "bedrock.amazonaws.com"
  /// A list that has not ended after so many pages never does.
  private static let mostPages = 1000

  private let caller: ServiceCaller
  private let signer: Signer

  /// A client with credentials, by the settings of a prepared context. The region chooses the partition, and is the
  /// configured one where none is given; IAM itself is the same in all of a partition.
  package init(_ context: CredentialContext, _ credentials: consuming Credentials, region: Region? = nil)
    throws(Failure)
  {
    caller = try context.caller(of: .iam, region: region, signed: true)
    signer = credentials.makeSigner()
  }

  /// The partition's name in ARNs.
  package var partition: String { caller.endpoint.partition }

  /// The Bedrock credentials of a user, of all users of the account, or of the user whose credentials ask.
  package func list(_ owner: CredentialOwner) throws(IAMError) -> [ServiceSpecificCredential] {
    var all: [ServiceSpecificCredential] = []
    var marker: String?
    let purpose = "list the keys of \(owner.words)"
    for _ in 0..<Self.mostPages {
      let parameters = [("ServiceName", Self.service)] + owner.parameters + (marker.map { [("Marker", $0)] } ?? [])
      let texts = try call(.list, parameters, purpose)
      let result = "\(IAMAction.list.rawValue)Result"
      // Without it, it is another's answer, and no empty list.
      guard texts.texts[result] != nil else { throw unreadable(.list, purpose) }
      let place = result + "/"
      for members in texts.members(of: place + "ServiceSpecificCredentials/member") {
        all.append(try credential(members, .list, purpose))
      }
      guard texts.texts[place + "IsTruncated"] == "true" else { return all }
      let next = texts.texts[place + "Marker"]
      guard let next, !next.isEmpty, next != marker else { throw unreadable(.list, purpose) }
      marker = next
    }
    throw unreadable(.list, purpose)
  }

  /// Makes a key for a user, which lives so many days, or for ever. The request is sent once: where its answer is lost, a
  /// credential may be there whose secret nobody has.
  package func create(
    user: String, age: CredentialAge, isUserNew: Bool = false
  ) throws(IAMError) -> IssuedLongTermKey {
    var parameters = [("UserName", user), ("ServiceName", Self.service)]
    if let days = age.days { parameters.append(("CredentialAgeDays", String(days))) }
    return try patiently(isUserNew) { () throws(IAMError) in
      try issue(.create, parameters, "create a key for user \(user)")
    }
  }

  /// Gives a credential another key; the old one is dead at once. The request is sent once.
  package func reset(_ id: String, user: String? = nil) throws(IAMError) -> IssuedLongTermKey {
    try issue(.reset, named(id, user), "reset key \(id)")
  }

  /// Switches a credential on or off.
  package func update(_ id: String, user: String? = nil, isActive: Bool) throws(IAMError) {
    let status: ServiceSpecificCredential.Status = isActive ? .active : .inactive
    let purpose = "\(isActive ? "activate" : "deactivate") key \(id)"
    _ = try call(.update, named(id, user) + [("Status", status.rawValue)], purpose)
  }

  /// Deletes a credential. One that is gone after a lost answer counts as deleted.
  package func delete(_ id: String, user: String? = nil) throws(IAMError) {
    do throws(IAMError) { _ = try call(.delete, named(id, user), "delete key \(id)") } catch {
      guard error.kind == .noSuchEntity, error.mayHaveBeenApplied else { throw error }
    }
  }

  /// Makes a user; false where the user is there already.
  package func createUser(_ user: String) throws(IAMError) -> Bool {
    do throws(IAMError) {
      _ = try call(.createUser, [("UserName", user)], "create user \(user)")
      return true
    } catch {
      guard error.kind == .alreadyExists else { throw error }
      return error.mayHaveBeenApplied
    }
  }

  /// Attaches a policy to a user; one that is attached already stays so.
  package func attachPolicy(_ arn: String, to user: String, isUserNew: Bool = false) throws(IAMError) {
    try patiently(isUserNew) { () throws(IAMError) in
      _ = try call(.attachPolicy, [("UserName", user), ("PolicyArn", arn)], "attach \(arn) to user \(user)")
    }
  }

  /// Asks again, after 1, 2 and 4 seconds, where IAM does not know a user that has just been made: it is eventually
  /// consistent (IAM user guide, "Changes that I make are not always immediately visible").
  private func patiently<Answer: ~Copyable>(
    _ isUserNew: Bool, _ body: () throws(IAMError) -> Answer
  ) throws(IAMError) -> Answer {
    var waits: [Duration] = isUserNew ? [.seconds(4), .seconds(2), .seconds(1)] : []
    while true {
      do throws(IAMError) { return try body() } catch {
        guard error.kind == .noSuchEntity, let wait = waits.popLast(), wait < caller.timeLeft() else { throw error }
        caller.pause(wait)
      }
    }
  }

  private func named(_ id: String, _ user: String?) -> [(String, String)] {
    [("ServiceSpecificCredentialId", id)] + (user.map { [("UserName", $0)] } ?? [])
  }

  private func parameters(_ action: IAMAction, _ more: [(String, String)]) -> [(name: String, value: String)] {
    ([("Action", action.rawValue), ("Version", "2010-05-08")] + more).map { (name: $0.0, value: $0.1) }
  }

  private func call(_ action: IAMAction, _ more: [(String, String)], _ purpose: String) throws(IAMError) -> XMLTexts {
    let texts: XMLTexts
    do throws(CallError) { texts = try caller.call(parameters(action, more), signer: signer) } catch {
      throw IAMError(error, action, purpose: purpose, at: caller.endpoint.shown)
    }
    // Every answer of IAM has it, those of actions without a result nothing else.
    guard texts.texts["ResponseMetadata/RequestId"] != nil else { throw unreadable(action, purpose) }
    return texts
  }

  /// Create and Reset: the answer holds the secret.
  private func issue(
    _ action: IAMAction, _ more: [(String, String)], _ purpose: String
  ) throws(IAMError) -> IssuedLongTermKey {
    var once = caller
    once.asksAgainWhenUnclear = action.isRepeatable
    let place = "\(action.rawValue)Result/ServiceSpecificCredential"
    let answer: XMLSecretAnswer
    do throws(CallError) {
      answer = try once.call(parameters(action, more), signer: signer, secret: place + "/ServiceCredentialSecret")
    } catch { throw IAMError(error, action, purpose: purpose, at: caller.endpoint.shown) }
    let credential = try credential(answer.texts.members(of: place).first ?? [:], action, purpose)
    guard answer.secret.count > 0 else { throw unreadable(action, purpose) }
    return IssuedLongTermKey(credential: credential, key: answer.takeSecret())
  }

  private func credential(
    _ members: [String: String], _ action: IAMAction, _ purpose: String
  ) throws(IAMError) -> ServiceSpecificCredential {
    guard let credential = ServiceSpecificCredential(members: members) else { throw unreadable(action, purpose) }
    return credential
  }

  private func unreadable(_ action: IAMAction, _ purpose: String) -> IAMError {
    let message = "cannot \(purpose) at \(caller.endpoint.shown): the answer lacks what belongs to it"
    return IAMError(.unreachable, mayHaveBeenApplied: true, Failure(.unreachable, message, hint: action.unclearRemedy))
  }
}
