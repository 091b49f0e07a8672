import CLinux
import Glibc
import KeyModel
import LinuxHost
import Testing

/// Programs as credential_process starts them, with the real system.
@Suite struct RunCommandTests {
  func run(_ script: String, timeout: Duration = .seconds(20), limit: Int = 65_536) throws -> CommandResult {
    var request = CommandRequest(
      words: ["sh", "-c", script], environment: Environment(["PATH": "/usr/bin:/bin", "WORD": "said"]), timeout: timeout
    )
    request.outputLimit = limit
    return try runCommand(request)
  }

  @Test func outputErrorsAndExit() throws {
    let result = try run("echo $WORD; echo wrong >&2; cat; exit 3")
    #expect(result.end == .exit(.exited(3)))
    #expect(String(decoding: result.output, as: UTF8.self) == "said\n")
    #expect(String(decoding: result.errors, as: UTF8.self) == "wrong\n")
  }

  @Test func theTailOfLongErrorsIsKept() throws {
    let result = try run("head -c 300000 /dev/zero | tr '\\0' x >&2; echo end >&2")
    #expect(result.end == .exit(.exited(0)) && result.errors.count == 4096)
    #expect(String(decoding: result.errors.suffix(4), as: UTF8.self) == "end\n")
  }

  @Test func outputUpToTheLimitIsWhole() throws {
    let result = try run("head -c 65536 /dev/zero")
    #expect(result.end == .exit(.exited(0)) && result.output.count == 65_536)
  }

  @Test func aBabblingProgramIsKilled() throws {
    #expect(try run("cat /dev/zero", limit: 1000).end == .tooMuchOutput)
    #expect(try run("head -c 65537 /dev/zero").end == .tooMuchOutput)
  }

  @Test func aHangingProgramIsKilledWithItsGroup() throws {
    let result = try run("sleep 1000 & echo $!; wait", timeout: .milliseconds(300))
    #expect(result.end == .timeout)
    let child = try #require(pid_t(String(decoding: result.output, as: UTF8.self).dropLast()))
    // It dies a moment after the kill: its pidfd says when, and there is none once it is gone.
    let process = clinux_pidfd_open(child)
    guard process >= 0 else { return }
    defer { close(process) }
    var entry = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
    #expect(poll(&entry, 1, 10_000) == 1)
  }

  @Test func whatIsLeftBehindDoesNotHoldTheResult() throws {
    let before = ClockReading.now().boot
    let result = try run("setsid sleep 5 & echo done")
    #expect(result.end == .exit(.exited(0)))
    #expect(String(decoding: result.output, as: UTF8.self) == "done\n")
    #expect(ClockReading.now().boot - before < .seconds(4))
  }

  @Test func aMissingProgramIsSaid() {
    #expect(throws: SystemError(code: ENOENT)) {
      try runCommand(CommandRequest(words: ["no-such-tool"], environment: Environment(), timeout: .seconds(1)))
    }
  }
}
