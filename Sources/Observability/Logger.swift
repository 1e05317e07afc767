import Glibc
import Synchronization

/// Writes one JSON object a line to a file descriptor.
///
/// Lines about single requests gather in a buffer that the owner flushes every so often, off the
/// event loops; every other line goes out at once. The buffer is bounded: when nobody reads the
/// descriptor, lines about requests are dropped and counted, and no request waits.
package final class Logger: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var dropped = 0
    var timestamp = TimestampText()

    mutating func append(_ event: Event, at time: Timestamp) {
      event.appendLine(timestamp: timestamp.text(of: time), to: &pending)
    }
  }

  private let types: Set<LogType>
  private let level: LogLevel
  private let descriptor: Int32
  private let capacity: Int
  private let state = Mutex(State())
  /// Held while bytes go out, so that two writers never mix their lines.
  private let output = Mutex(())

  package init(
    descriptor: Int32 = STDOUT_FILENO,
    types: Set<LogType> = Set(LogType.enabledByDefault),
    level: LogLevel = .info,
    capacity: Int = 1 << 20
  ) {
    self.descriptor = descriptor
    self.types = types
    self.level = level
    self.capacity = capacity
  }

  /// Whether a line of that kind would be written: asked before the costly ones are made.
  package func isEnabled(_ type: LogType, _ level: LogLevel = .error) -> Bool {
    level >= self.level && (!type.isOptional || types.contains(type))
  }

  package func log(_ event: Event, at time: Timestamp = .now()) {
    guard isEnabled(event.type, event.level) else { return }
    switch event.type {
    case .httpLog, .webhookLog, .websocketLog: return gather(event, at: time)
    default: break
    }
    state.withLock { $0.append(event, at: time) }
    flush()
  }

  private func gather(_ event: Event, at time: Timestamp) {
    state.withLock { state in
      guard state.pending.count < capacity else {
        state.dropped += 1
        return
      }
      state.append(event, at: time)
    }
  }

  /// Whether lines wait for `flush`.
  package var hasPendingLines: Bool { state.withLock { !$0.pending.isEmpty } }

  /// Writes what has gathered; blocks for as long as the descriptor does.
  package func flush() {
    output.withLock { _ in
      let (bytes, dropped) = state.withLock { state in
        defer {
          state.pending = []
          state.dropped = 0
        }
        return (state.pending, state.dropped)
      }
      write(bytes)
      guard dropped > 0 else { return }
      var line: [UInt8] = []
      Event.linesDropped(dropped).appendLine(at: .now(), to: &line)
      write(line)
    }
  }

  private func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Glibc.write(
          descriptor,
          buffer.baseAddress?.advanced(by: written),
          buffer.count - written
        )
        if count > 0 {
          written += count
        } else if errno != EINTR {
          // A log that cannot be written must not end the service.
          return
        }
      }
    }
  }
}
