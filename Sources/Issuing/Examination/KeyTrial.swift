import AWSClient
import AWSCredentials
import Diagnosis
import FoundationEssentials
import KeyModel
import SigV4

/// Tries keys on Bedrock: a call that costs nothing in each region, and a few tokens of a model if one is named.
package struct KeyTrial {
  /// The model, or inference profile, that is asked for a few tokens; nil for none.
  package var model: String?

  /// A trial, with a model or without.
  package init(model: String?) { self.model = model }

  /// How long a model may take to answer.
  private static let modelLimit: Duration = .seconds(30)
  /// The keys of the trial live no longer than it.
  private static let lifetime: Duration = .seconds(120)

  /// Tries one key for each region of the keys that are for Bedrock.
  func run(_ keys: [KeyObservation], signer: Signer, in context: CredentialContext) -> [TrialObservation] {
    var tried: Set<Region> = []
    return keys.flatMap { key -> [TrialObservation] in
      guard key.family == .bedrock else {
        let why = Failure(.misconfigured, "cannot try it", hint: "--try knows keys of Bedrock alone")
        return [TrialObservation("key \(key.name) of \(key.family.rawValue)", .inconclusive(why))]
      }
      guard case .success(let found) = key.region, let region = Region(found.name), tried.insert(region).inserted
      else { return [] }
      return tryIn(region, signer, context)
    }
  }

  private func tryIn(_ region: Region, _ signer: Signer, _ context: CredentialContext) -> [TrialObservation] {
    var context = context
    context.deadline = context.now().boot + verificationLimit
    let key = signer.shortTermKey(
      .bedrock, region: region, at: context.awsTime.wholeSecond, lifetime: Self.lifetime)
    let what = "ListFoundationModels with a key in \(region.name)"
    switch verify(key, region: region, in: context) {
    case .accepted: break
    case .refused(let failure): return [TrialObservation(what, .refused(failure))]
    case .inconclusive(let failure): return [TrialObservation(what, .inconclusive(failure))]
    }
    let worked = TrialObservation(what, .worked(""))
    guard let model else { return [worked] }
    context.deadline = context.now().boot + Self.modelLimit
    return [worked, converse(model, key, region, context)]
  }

  /// One request of a few tokens (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).
  private func converse(
    _ model: String, _ key: borrowing SecretBytes, _ region: Region, _ context: CredentialContext
  ) -> TrialObservation {
    let what = "Converse with \(model) in \(region.name)"
    do throws(Failure) {
      var caller = try context.caller(of: .bedrockRuntime, region: region, signed: false)
      guard caller.endpoint.url.hasPrefix("https://") else {
        throw Failure(.misconfigured, "cannot send a key to \(caller.endpoint.shown): it is not https")
      }
      caller.retries = RetryPolicy(attempts: 1)
      caller.secretHeader = SecretHeader("Authorization", prefix: "Bearer ", secret: key)
      let usage: ConverseUsage
      do throws(CallError) {
        usage = try caller.send(Self.request(model), authorize: nil, expecting: "answer of a model") {
          (try? JSONDecoder().decode(ConverseAnswer.self, from: Data($0)))?.usage
        }
      } catch {
        throw error.failure("cannot ask the model", hint: error.hint.isEmpty ? Self.hint(error) : "")
      }
      return TrialObservation(what, .worked("\(usage.inputTokens) tokens in, \(usage.outputTokens) out"))
    } catch {
      let isCertain = [.denied, .misconfigured].contains(error.reason)
      return TrialObservation(what, isCertain ? .refused(error) : .inconclusive(error))
    }
  }

  private static func request(_ model: String) -> SignableRequest {
    let body =
      #"{"messages":[{"role":"user","content":[{"text":"Say ok."}]}],"inferenceConfig":{"maxTokens":8}}"#
    return SignableRequest(
      // Encoded: ARNs of inference profiles have slashes and colons.
      method: "POST", path: "/model/\(formEncoded(model))/converse",
      headers: [("Content-Type", "application/json"), ("Accept", "application/json")], body: Array(body.utf8))
  }

  /// The exceptions of Converse.
  private static func hint(_ error: CallError) -> String {
    switch error.code {
    case "AccessDeniedException":
      "the role or user must allow bedrock:InvokeModel for the model, and its use must be granted in the account"
    case "ResourceNotFoundException": "the region has no such model: aws bedrock list-foundation-models"
    case "ValidationException": "some models are asked by an inference profile alone, as in eu.anthropic.…"
    case "ThrottlingException", "ServiceQuotaExceededException":
      "the key works; the account's quota of the model is used up"
    default: ""
    }
  }
}

private struct ConverseAnswer: Decodable {
  let usage: ConverseUsage
}

private struct ConverseUsage: Decodable {
  let inputTokens: Int
  let outputTokens: Int
}
