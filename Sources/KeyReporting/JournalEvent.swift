/// The events that the journal tells of. The raw value is the event's MESSAGE_ID (systemd.journal-fields(7)), which never
/// changes: people filter on it and the message catalog explains it.
package enum JournalEvent: String, Sendable, CaseIterable {
  /// The daemon started.
  case started = "f3c95789ace14954ac5d6baed2eac902"
  /// Every required key has a live file, or the wait for them ended.
  case ready = "cbf27734ac1045258b66402800e03d2c"
  /// The daemon stops.
  case stopped = "e0a3a91f23464c13bc27ed12b10877a9"
  /// A key was renewed.
  case renewed = "f1260ebc7d564b56b714dc919b27dbdf"
  /// A source answered with a key that lives no longer than the published one.
  case repeated = "6caf76a5703548ae8280ad3729a6f2e7"
  /// An attempt to renew a key failed.
  case failed = "3f0c9931918c40bf9670c342c6cce996"
  /// A key is published although it was refused, or could not be tried.
  case unverified = "1290c12dd10d4059b089d3762b156df7"
  /// A key is accepted after others that were not.
  case verified = "972babdc564943ffaa3f7730d24eec6f"
  /// A published key died.
  case expired = "004498f4b98747c18c9c26a813678d7a"
  /// A file could not be written.
  case outputFailed = "0ecaf828e2f745538fcc69d79561a0d1"
  /// A file that was deleted or altered from outside was written again.
  case outputRestored = "73f80e52a36948b5a4414c46f147ecf9"
  /// A file could be written again.
  case outputRecovered = "c1af446506f142fca1010f154a9f2968"
  /// A hook could not be run, failed or took too long.
  case hookFailed = "6c0f5d3f1c5e4c0fa5b7a1c1f3b8d2e4"
  /// A new configuration is in force.
  case reloaded = "b459071afb8a4f9ebf72c46dca8fbe35"
  /// A new configuration was refused; the old one stays in force.
  case reloadFailed = "5a3c1fbdf9da4bf3a81696a68afe2312"
  /// Somebody asked for renewals.
  case requested = "135d63cf1293424c802a2e8f96fc5ce8"
  /// A source was run suspiciously often.
  case runaway = "a4ea3938d4294c52810915b0875b0b21"
  /// Something an operator should know although nothing failed.
  case warning = "bdfaef428c7d4431b331dab129ea3a7b"
  /// The clock of this machine was set.
  case clockSet = "4260ce86ca964d78ba569ee452a5d423"
  /// The clock of this machine is off by more than AWS tolerates, or no longer.
  case clockSkewed = "74b3847aa87a4fd78e7c2eb2ad392a29"
  /// A step of a long-term key's rotation.
  case rotation = "51167612f21a42239a1a3989380308af"
  /// A key is no longer configured.
  case removed = "44e767f743bb4898ac59157196f119be"
}
