import AWSClient
import AWSCredentials
import FoundationEssentials
import KeyModel
import SigV4

/// How long the trial of one key may take.
package let verificationLimit: Duration = .seconds(10)

/// Tries a key on Bedrock by a call that costs nothing, ListFoundationModels
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html), in the region it is for, by the
/// endpoint, proxy and certificates of the context, whose profiles are prepared. It takes no longer than the limit and
/// the context's deadline allow.
package func verify(
  _ key: borrowing SecretBytes, region: Region, within limit: Duration = verificationLimit,
  in context: CredentialContext
) -> Verification {
  let now = context.now().boot
  var context = context
  context.deadline = min(context.deadline, now + limit)
  guard context.deadline > now else {
    return .inconclusive(Failure(.timeout, "cannot verify the key: no time is left for it"))
  }
  do throws(Failure) {
    return try call(key, region, context)
  } catch {
    return .inconclusive(error)
  }
}

private func call(
  _ key: borrowing SecretBytes, _ region: Region, _ context: CredentialContext
) throws(Failure) -> Verification {
  var caller = try context.caller(of: .bedrock, region: region, signed: false)
  guard caller.endpoint.url.hasPrefix("https://") else {
    throw Failure(
      .misconfigured, "cannot verify the key at \(caller.endpoint.shown): a key is sent over https alone",
      hint: "AWS_ENDPOINT_URL_BEDROCK, AWS_ENDPOINT_URL or the profile names this endpoint")
  }
  guard let header = SecretHeader("Authorization", prefix: "Bearer ", secret: key) else {
    return .refused(Failure(.misconfigured, "cannot use the key: it has characters that no key has"))
  }
  caller.secretHeader = header
  do throws(CallError) {
    _ = try caller.send(
      SignableRequest(method: "GET", path: "/foundation-models", headers: [("Accept", "application/json")]),
      authorize: nil, expecting: "list of models", modelCount)
    return .accepted
  } catch {
    let words = "\(redactedLine(error.words.utf8))\(error.requestID)"
    switch KeyStanding(status: error.status, code: error.code, message: error.message) {
    case .accepted: return .accepted
    case .refused(let hint):
      return .refused(
        Failure(
          .denied, "cannot use the key in \(region.name): \(caller.endpoint.shown) refuses it: \(words)", hint: hint))
    case .unknown:
      throw Failure(error.reason, "cannot verify the key at \(caller.endpoint.shown): \(words)", hint: error.hint)
    }
  }
}

/// How many models an answer lists; nil for what is no such answer.
private func modelCount(_ body: UnsafeRawBufferPointer) -> Int? {
  (try? JSONDecoder().decode(FoundationModels.self, from: Data(body)))?.modelSummaries.count
}

private struct FoundationModels: Decodable {
  struct Model: Decodable {}

  let modelSummaries: [Model]
}
