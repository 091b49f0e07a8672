import KeyModel

/// Names one run of the issuer.
package struct AttemptID: Hashable, Comparable, Sendable {
  /// Counts the attempts of this daemon.
  package let number: Int

  /// An attempt by its number.
  package init(number: Int) { self.number = number }

  /// The earlier attempt comes first.
  package static func < (left: AttemptID, right: AttemptID) -> Bool { left.number < right.number }
}

/// What became of one key in an attempt.
package enum KeyOutcome: Hashable, Sendable {
  /// It was issued, and tried on Bedrock unless there is no verification.
  case issued(KeyReceipt, Verification? = nil)
  /// It was not.
  case failed(Failure)
}

/// How an attempt ended.
package enum AttemptResult: Hashable, Sendable {
  /// The issuer answered: one outcome for each key it was asked for, in their order.
  case answered([KeyOutcome], clockSkew: Duration?)
  /// The issuer did not answer.
  case failed(Failure)
}

/// What happens outside.
package enum ScheduleEvent: Sendable {
  /// Time passed, or the clock was set.
  case woke
  /// An issuer ended, with or without an answer.
  case ended(AttemptID, AttemptResult)
  /// Somebody wants these keys renewed now, whatever they live.
  case renewalRequested([Int])
  /// A key that was to be published could not be made durable: another one is needed.
  case publicationFailed(Int, Failure)
  /// The record of a key is gone.
  case recordLost(Int)
  /// A rotation wants an attempt for its key.
  case callWanted(Int)
  /// A rotation publishes this key; whether nobody was told of it yet.
  case rotated(Int, KeyReceipt, isNew: Bool)
  /// A rotation does not go on.
  case hindered(Int, Failure)
  /// Nothing is in the way of a rotation any more.
  case unhindered(Int)
}

/// What is to be done.
package enum ScheduleAction: Hashable, Sendable {
  /// Run the issuer of a source for these keys.
  case start(AttemptID, source: Int, keys: [Int])
  /// Kill an issuer that is past its deadline; its answer does not count any more.
  case kill(AttemptID)
  /// Publish the key that an attempt brought for its slot-th key.
  case publish(AttemptID, slot: Int, key: Int)
  /// Tell people.
  case report(ScheduleReport)
}

/// What people are told.
package enum ScheduleReport: Hashable, Sendable {
  /// A key was renewed and is to be published; whether it had failed before.
  case renewed(key: Int, recovered: Bool)
  /// A source answered with a key that lives no longer than the published one.
  case repeated(key: Int)
  /// An attempt failed; whether it is news (the first in a row, or for another reason).
  case failed(key: Int, Failure, isNews: Bool)
  /// A key is published although it was refused, or could not be tried.
  case unverified(key: Int, Verification.Doubt)
  /// A key is accepted after others that were not.
  case verified(key: Int)
  /// The published key died.
  case expired(key: Int)
  /// A source was run suspiciously often within an hour.
  case runaway(source: Int, runs: Int)
}
