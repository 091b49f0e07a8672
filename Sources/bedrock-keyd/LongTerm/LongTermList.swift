import ArgumentParser
import CLinux
import Glibc
import Issuing
import KeyModel
import LinuxHost

/// `bedrock-keyd long-term list`: the keys of a user or of all, without what lets one use them.
struct LongTermList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List long-term keys: whose, how old, whether they work.")

  @Option(help: "The IAM user; else the one whose credentials ask.")
  var user: String?

  @Flag(help: "The keys of all users of the account.")
  var all = false

  @Flag(help: "Print a list of objects of JSON.")
  var json = false

  @OptionGroup var iam: IAMOptions

  func validate() throws {
    if all, user != nil { throw ValidationError("cannot combine --user and --all") }
    if let user { try checkUserName(user) }
  }

  func run() throws {
    let owner = all ? CredentialOwner.everybody : user.map { .user($0) } ?? .caller
    do throws(IssuingError) {
      let client = try iam.open()
      let found = try ask { () throws(IAMError) in try client.list(owner) }
      try tell(found.sorted { ($0.user, $0.created) < ($1.user, $1.created) }, owner)
    } catch { throw reported(error) }
  }

  private func tell(_ credentials: [ServiceSpecificCredential], _ owner: CredentialOwner) throws(IssuingError) {
    let isForPeople = isTerminal(STDOUT_FILENO)
    let width = Int(clinux_terminal_columns(STDOUT_FILENO))
    let ours = stateFolder(ofCommandIn: .ofThisProcess()).flatMap { credentialsOfDaemon(in: $0) }
    let table = LongTermTable(
      credentials: credentials, ours: ours, now: ClockReading.now().wall, isForPeople: isForPeople,
      columns: isForPeople && width > 0 ? width : nil)
    if json {
      do throws(Failure) { writeLine(try table.json, to: STDOUT_FILENO) } catch { throw .failed(error) }
    } else if credentials.isEmpty {
      writeLine("there are no long-term keys of \(owner.words)", to: STDERR_FILENO)
    } else {
      for line in table.lines { writeLine(line, to: STDOUT_FILENO) }
    }
  }
}
