import Glibc
import Observability

/// The executable: `apus COMMAND`.
@main struct Apus {
  static func main() {
    let status = run(Array(CommandLine.arguments.dropFirst()), ProcessEnvironment.current())
    fflush(nil)
    // Not `exit`: its handlers take away what threads of libraries still use as they end. A loop's
    // thread that has spoken TLS crashed now and then beside the handler of OpenSSL.
    _exit(status)
  }

  /// Follows a command line to its end; returns the exit status.
  static func run(_ arguments: [String], _ environment: [String: String]) -> Int32 {
    let startedAt = ContinuousClock.now
    do throws(UsageError) {
      let invocation = try Invocation(arguments: arguments, environment: environment)
      switch invocation.action {
      case .help(let commands):
        Terminal.print(HelpText.text(on: commands))
        return 0
      case .run(.version):
        Terminal.print("apus \(Version.apus)")
        return 0
      case .run(.serve): return try serve(invocation, since: startedAt)
      case .run(.worker): return try WorkerCommand(invocation.options).run()
      case .run(.jobWatch): return JobWatchCommand(invocation).run()
      case .run(let command) where Command.remote.contains(command):
        return PresetCommand(invocation, command).run()
      case .run(let command) where Command.files.contains(command):
        return FileCommand(invocation, command).run()
      case .run(let command):
        return try DatabaseCommand(command, invocation.options).run()
      }
    } catch {
      Terminal.printError("apus: \(error.message)")
      return UsageError.exitStatus
    }
  }

  private static func serve(
    _ invocation: Invocation,
    since startedAt: ContinuousClock.Instant
  ) throws(UsageError) -> Int32 {
    let configuration = try ServeConfiguration(invocation.options)
    let logger = Logger(invocation.options)
    logger.log(.configuration(invocation.options.described(for: .serve)))
    if !invocation.ignoredVariables.isEmpty {
      logger.log(.ignoredVariables(invocation.ignoredVariables))
    }
    return ServeCommand(configuration: configuration, logger: logger, startedAt: startedAt).run()
  }
}

extension Logger {
  /// A log to the standard output, of the types and from the level that are wanted.
  fileprivate convenience init(_ options: OptionValues) {
    self.init(
      types: Set(options.list(.logTypes).compactMap(LogType.init)),
      level: options.text(.logLevel).flatMap(LogLevel.init) ?? .info
    )
  }
}
