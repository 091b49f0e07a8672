import LinuxHost

/// What a terminal is told.
enum Terminal {
  /// Whether texts on a descriptor may have colors: https://no-color.org; a dumb terminal shows the codes as they are.
  static func hasColors(_ descriptor: Int32) -> Bool {
    let environment = Environment.ofThisProcess()
    return isTerminal(descriptor) && environment.nonEmpty("NO_COLOR") == nil && environment["TERM"] != "dumb"
  }
}
