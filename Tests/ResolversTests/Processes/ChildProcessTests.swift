import Resolvers
import Testing

struct ChildProcessTests {
  @Test func givesInputAndCollectsWhatIsWritten() throws {
    var process = ChildProcess("sh", ["-c", "cat; echo \"$WHERE\" >&2; pwd; exit 3"])
    process.input = Array("in\n".utf8)
    process.environment = ["WHERE": "here"]
    process.workingDirectory = FilePath("/")
    let outcome = try process.run()
    #expect(outcome == .init(end: .exit(3), output: Array("in\nhere\n/\n".utf8)))
    #expect(outcome.lastLine == "/")
  }

  @Test func killsWhatTakesTooLong() throws {
    var process = ChildProcess("sleep", ["600"])
    process.timeout = .milliseconds(20)
    #expect(try process.run().end == .timeout)
  }

  @Test func tellsTheSignalThatEndedIt() throws {
    #expect(try ChildProcess("sh", ["-c", "kill -TERM $$"]).run().end == .signal(15))
  }

  @Test func saysWhatCannotBeStarted() {
    #expect(
      throws: ChildProcess.Failure(
        "cannot start /nowhere/program: no such file or directory"
      )
    ) { try ChildProcess("/nowhere/program", []).run() }
  }

  @Test func becomesAnotherUserWithoutRootsGroups() throws {
    guard let postgres = SystemUser(named: "postgres"), SystemUser.current?.uid == 0 else {
      print("skipped: only root can become the user postgres")
      return
    }
    var process = ChildProcess("sh", ["-c", "id -un; id -G"])
    process.user = postgres
    #expect(try process.run().text == "postgres\n\(postgres.gid)\n")
  }
}
