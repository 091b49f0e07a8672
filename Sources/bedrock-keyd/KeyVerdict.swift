import KeyModel

/// How a key is, as a monitoring plug-in says it (Monitoring Plugins Development Guidelines: exit codes, perfdata).
struct KeyVerdict {
  /// The exit codes.
  enum Level: Int32 {
    case ok = 0
    case warning = 1
    case critical = 2
    case unknown = 3

    /// How bad it is: a dead key is worse than one that nobody knows of.
    var severity: Int {
      switch self {
      case .ok: 0
      case .warning: 1
      case .unknown: 2
      case .critical: 3
      }
    }

    /// The first word of the line.
    var word: String {
      switch self {
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      case .unknown: "UNKNOWN"
      }
    }
  }

  /// What is left of a key at which it is judged worse.
  struct Thresholds {
    let warning: Duration
    let critical: Duration

    /// Half and a tenth of the renewal window: a key that is renewed in time never gets there.
    init(window: Duration, warning: Duration?, critical: Duration?) {
      self.warning = warning ?? window / 2
      self.critical = critical ?? window / 10
    }
  }

  let name: String
  var level: Level
  var message: String
  /// Whether the key lives, whatever else is wrong.
  let lives: Bool
  /// Whether an output holds the key, so that a consumer finds it.
  var isPublished = true
  /// `label=value;warning;critical;minimum`, or empty.
  var performance = ""

  /// Judges a key that was read, by what is left of it.
  init(name: String, receipt: KeyReceipt, thresholds: Thresholds, at now: Timestamp) {
    self.name = name
    lives = receipt.isLive(at: now)
    guard lives else {
      level = .critical
      message = "key \(name) \(receipt.deathWords(at: now))"
      performance = "\(name)=0s;\(thresholds.warning.wholeSeconds):;\(thresholds.critical.wholeSeconds):;0"
      return
    }
    guard let left = receipt.expires.map({ $0 - now }) else {
      level = .ok
      message = "key \(name) lives and never expires"
      return
    }
    level = left < thresholds.critical ? .critical : left < thresholds.warning ? .warning : .ok
    message = "key \(name) lives for \(left.words)"
    performance =
      "\(name)=\(left.wholeSeconds)s;\(thresholds.warning.wholeSeconds):;\(thresholds.critical.wholeSeconds):;0"
    if receipt.isExample { worsen(to: .warning, "signed with example credentials, Bedrock will not accept it") }
  }

  /// A verdict without a key.
  init(name: String, _ level: Level, _ message: String) {
    self.name = name
    self.level = level
    self.message = message
    lives = false
  }

  /// Adds something that is wrong besides.
  mutating func worsen(to level: Level, _ reason: String) {
    message += ", \(reason)"
    if level.severity > self.level.severity { self.level = level }
  }
}
