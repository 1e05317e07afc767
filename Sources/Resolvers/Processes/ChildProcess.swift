import CUV
import Glibc

/// A program that is run to its end, without a shell.
///
/// `run` blocks: on an event loop it belongs into `offload`.
package struct ChildProcess: Sendable {
  package var executable: String
  package var arguments: [String]
  /// Added to what this process has.
  package var environment: [String: String] = [:]
  package var workingDirectory: FilePath?
  /// Whom to become before the program starts, which only root can; extra groups are given up.
  package var user: SystemUser?
  package var input: [UInt8] = []
  /// The program is killed when it takes longer.
  package var timeout: Duration?
  /// Puts the program into a session of its own, where the terminal's Ctrl-C does not reach it.
  package var isDetached = false

  package init(_ executable: String, _ arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// How a program ended.
  package struct Outcome: Hashable, Sendable {
    package enum End: Hashable, Sendable {
      case exit(Int)
      case signal(Int)
      case timeout
    }

    package var end: End
    /// What it wrote to its standard output and error, in one.
    package var output: [UInt8]

    package init(end: End, output: [UInt8]) {
      self.end = end
      self.output = output
    }

    package var isSuccess: Bool { end == .exit(0) }

    package var text: String { String(decoding: output, as: UTF8.self) }

    /// The last line of the output, which says what went wrong more often than any other.
    package var lastLine: String {
      text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    }
  }

  /// Why a program was not started.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
      self.description = description
    }
  }

  /// Starts the program and waits until it ends.
  package func run() throws(Failure) -> Outcome {
    let output = try Self.anonymousFile()
    defer { close(output) }
    let input = try Self.anonymousFile(self.input)
    defer { close(input) }
    let completion = Completion(limit: timeout)
    let code = completion.run { process, loop in
      spawn(process, loop, input: input, output: output, completion)
    }
    guard code == 0 else {
      throw Failure(
        "cannot start \(executable): \(String(cString: uv_strerror(code)))"
      )
    }
    return Outcome(end: completion.end, output: Self.contents(of: output))
  }

  // MARK: - Streams

  /// A file without a name rather than a pipe: the program never waits for us to read.
  private static func anonymousFile(_ bytes: [UInt8] = []) throws(Failure) -> Int32 {
    var name = Array("/tmp/apus.XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw Failure(
        "cannot create a file in /tmp: \(String(cString: strerror(errno)))"
      )
    }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
      close(descriptor)
      throw Failure("cannot write a file in /tmp")
    }
    return descriptor
  }

  private static func contents(of descriptor: Int32) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }

  // MARK: - Start

  private func spawn(
    _ process: UnsafeMutablePointer<uv_process_t>,
    _ loop: UnsafeMutablePointer<uv_loop_t>,
    input: Int32,
    output: Int32,
    _ completion: Completion
  ) -> Int32 {
    process.pointee.data = Unmanaged.passUnretained(completion).toOpaque()
    var options = uv_process_options_t()
    options.exit_cb = { process, status, signal in
      Unmanaged<Completion>.fromOpaque(process!.pointee.data).takeUnretainedValue()
        .ended(status: status, signal: signal)
    }
    if isDetached { options.flags |= UV_PROCESS_DETACHED.rawValue }
    if let user, user.uid != geteuid() {
      options.flags |= UV_PROCESS_SETUID.rawValue | UV_PROCESS_SETGID.rawValue
      options.uid = user.uid
      options.gid = user.gid
    }
    var streams = [input, output, output].map { descriptor in
      var stream = uv_stdio_container_t()
      stream.flags = UV_INHERIT_FD
      stream.data.fd = descriptor
      return stream
    }
    var words = CStrings([executable] + arguments)
    var variables = CStrings(mergedEnvironment)
    defer {
      words.free()
      variables.free()
    }
    return streams.withUnsafeMutableBufferPointer { streams in
      options.stdio_count = Int32(streams.count)
      options.stdio = streams.baseAddress
      options.file = UnsafePointer(words.pointers[0])
      return words.pointers.withUnsafeMutableBufferPointer { words in
        options.args = words.baseAddress
        return variables.pointers.withUnsafeMutableBufferPointer { variables in
          options.env = variables.baseAddress
          guard let workingDirectory else { return uv_spawn(loop, process, &options) }
          return workingDirectory.text.withCString { folder in
            options.cwd = folder
            return uv_spawn(loop, process, &options)
          }
        }
      }
    }
  }

  private var mergedEnvironment: [String] {
    var entries: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      let name = variable.prefix { $0 != "=" }
      if environment[String(name)] == nil { entries.append(variable) }
      entry += 1
    }
    return entries + environment.map { "\($0.key)=\($0.value)" }
  }
}

/// Texts as C wants lists of them, with a null at the end.
private struct CStrings {
  var pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) {
    pointers = texts.map { strdup($0) } + [nil]
  }

  mutating func free() {
    for pointer in pointers { Glibc.free(pointer) }
    pointers = []
  }
}
