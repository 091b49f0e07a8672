import KeyModel
import RenewalSchedule

extension SourceObservation {
  /// What the life of the credentials means for the keys.
  var lifeFindings: [Finding] {
    guard case .success(let found) = credentials else { return [] }
    if found.isTemporary && found.expiration == nil {
      return [
        Finding(
          .warning, .life, "the credentials do not say until when they live: keys may die early and are renewed hourly",
          remedy: "set AWS_CREDENTIAL_EXPIRATION, or let the credential_process print Expiration")
      ]
    }
    guard let end = found.expiration else {
      let lives = Set(keys.map { $0.lifetime.words }).sorted().joined(separator: ", ")
      return [Finding(.fine, .life, "the credentials do not expire: a key lives its whole lifetime (\(lives))")]
    }
    return [left(until: end)] + capped(found)
  }

  private func left(until end: Timestamp) -> Finding {
    let left = end - now
    let shortest = keys.map { min($0.lifetime, left) }.min() ?? left
    let window = keys.map { RenewalPolicy.window(life: min($0.lifetime, left), renewBefore: $0.renewBefore) }.min()
    let lives = "a key made now lives for \(shortest.words) and is renewed \((window ?? .zero).words) before its end"
    let message = "the credentials live until \(end.rfc3339): \(lives)"
    let values = ["expires": end.rfc3339]
    guard left < .seconds(300) else { return Finding(.fine, .life, message).with(values) }
    return Finding(
      .note, .life, message,
      remedy: "nothing, where the source renews its credentials in time; else make them live longer"
    ).with(values)
  }

  private func capped(_ found: Credentials) -> [Finding] {
    if found.isRoleChain {
      return [
        Finding(
          .note, .life,
          "temporary credentials asked for the role: such a chain lives 1 hour at most, whatever the role allows",
          remedy: "for longer keys let the role be assumed by what the machine has itself, without a role in between")
      ]
    }
    switch found.source {
    case .assumeRole:
      return [
        Finding(
          .note, .life, "a role's credentials live for duration_seconds, 1 hour unless it is set",
          remedy: "for longer keys raise the role's maximum session duration and duration_seconds of the profile")
      ]
    case .rolesAnywhere:
      return [
        Finding(
          .note, .life, "a session lives for session_duration, 1 hour unless it is set, or for less by its profile",
          remedy: "for longer keys raise session_duration, the profile's and the role's maximum session duration")
      ]
    default: return []
    }
  }

  /// The region of each key, and what says so.
  var regionFindings: [Finding] {
    keys.map { key in
      switch key.region {
      case .success(let region):
        Finding(.fine, .region, "key \(key.name) is for \(region.name), by \(region.origin)")
          .with(["key": key.name, "region": region.name, "origin": region.origin])
      case .failure(let failure):
        Finding(.problem, .region, "key \(key.name): \(failure.message)", remedy: failure.remedy)
          .with(["key": key.name])
      }
    }
  }
}
