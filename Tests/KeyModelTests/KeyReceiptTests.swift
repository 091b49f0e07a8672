import KeyModel
import Testing

@Suite struct KeyReceiptTests {
  private let issued = Timestamp(seconds: 1_800_000_000)

  private func receipt(expires: Timestamp?) -> KeyReceipt {
    KeyReceipt(
      fingerprint: "0123456789abcdef", issued: issued, expires: expires, expiresKnown: true, region: "us-east-1",
      type: .shortTerm, credentialSource: .environment, account: "", isExample: false, settingsDigest: "")
  }

  @Test func aKeyLivesUntilTheMillisecondBeforeItsEnd() {
    let key = receipt(expires: issued + .seconds(60))
    #expect(key.isLive(at: issued))
    #expect(key.isLive(at: issued + .milliseconds(59_999)))
    #expect(!key.isLive(at: issued + .seconds(60)))
    #expect(!key.isLive(at: issued + .seconds(61)))
  }

  @Test func aKeySignedInTheFutureCountsForFourMinutes() {
    let key = receipt(expires: issued + .seconds(43_200))
    #expect(key.isLive(at: issued - .seconds(240)))
    #expect(!key.isLive(at: issued - .milliseconds(240_001)))
  }

  /// A wrong clock of this machine does not make it dead.
  @Test func aLongTermKeyMayBeMadeInTheFuture() {
    var key = receipt(expires: issued + .seconds(43_200))
    key.type = .longTerm
    #expect(key.isLive(at: issued - .seconds(86_400)))
  }

  @Test func whatIsSaidOfAKeyThatDoesNotWork() {
    let key = receipt(expires: issued + .seconds(60))
    #expect(key.deathWords(at: issued + .seconds(60)) == "is dead since \((issued + .seconds(60)).rfc3339)")
    #expect(key.deathWords(at: issued - .seconds(241)) == "is signed in the future, at \(issued.rfc3339)")
    #expect(receipt(expires: nil).deathWords(at: issued - .seconds(241)).hasPrefix("is signed in the future"))
  }

  @Test func aKeyWithoutEndLives() {
    let key = receipt(expires: nil)
    #expect(key.isLive(at: Timestamp(milliseconds: .max)))
    #expect(!key.isLive(at: issued - .seconds(241)))
  }
}
