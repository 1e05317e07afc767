import Glibc
import OrderBook

/// The commands that read a file of market data and print what it holds.
struct FileCommand {
  let command: Command
  let path: String
  let options: OptionValues

  init(_ invocation: Invocation, _ command: Command) {
    self.command = command
    path = invocation.operand ?? ""
    options = invocation.options
  }

  /// Does it; returns the exit status.
  func run() -> Int32 {
    // Who reads our output may stop at any time, as `head` does.
    signal(SIGPIPE, SIG_IGN)
    do {
      switch command {
      case .dbnInfo: try DBNReport(path: path).print()
      case .dbnCat: try RecordPrinter(path: path, format: try format()).print()
      default: try BookCommand(path: path, options: options).run()
      }
      return 0
    } catch is OutputClosed {
      return 0
    } catch let error as UsageError {
      Terminal.printError("apus: \(error.message)")
      return UsageError.exitStatus
    } catch let error as DBNError {
      Terminal.printError("apus: \(path): \(error)")
      return 1
    } catch let error as ReplayError {
      Terminal.printError("apus: \(path): \(error)")
      return 1
    } catch {
      Terminal.printError("apus: \(ErrorText.text(of: error))")
      return 1
    }
  }

  private func format() throws -> RecordPrinter.Format {
    // The default is that of tables.
    guard options.isGiven(.format) else { return .json }
    switch options.text(.format) {
    case "csv": return .csv
    case "table": throw UsageError("dbn cat prints json or csv, and no table")
    default: return .json
    }
  }
}

/// Nobody reads what is printed any more.
struct OutputClosed: Error {}

/// The standard output, gathered into large writes.
struct Output: ~Copyable {
  private static let size = 1 << 16
  private var text = TextBuffer()

  mutating func line(_ write: (inout TextBuffer) -> Void) throws(OutputClosed) {
    write(&text)
    text.append("\n")
    if text.bytes.count >= Self.size { try flush() }
  }

  mutating func flush() throws(OutputClosed) {
    defer { text.removeAll() }
    var rest = text.bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw OutputClosed()
      }
    }
  }
}
