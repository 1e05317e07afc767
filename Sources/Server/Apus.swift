import Glibc

/// The executable: `apus COMMAND`.
@main struct Apus {
  static func main() {
    exit(run(Array(CommandLine.arguments.dropFirst()), ProcessEnvironment.current()))
  }

  /// Follows a command line to its end; returns the exit status.
  static func run(_ arguments: [String], _ environment: [String: String]) -> Int32 {
    do {
      let invocation = try Invocation(arguments: arguments, environment: environment)
      switch invocation.action {
      case .help(let commands): Terminal.print(HelpText.text(on: commands))
      case .run(.version): Terminal.print("apus \(Version.apus)")
      case .run: break
      }
      return 0
    } catch {
      Terminal.printError("apus: \(error.message)")
      return UsageError.exitStatus
    }
  }
}
