import CPostgres

extension PostgresConnection {
  /// Runs a `COPY … FROM STDIN` with data in chunks of any size, and returns the number of rows.
  ///
  /// The next chunk is asked for when the socket has taken the last one. An error thrown by `next`
  /// ends the copy in the server without effect, and is thrown on.
  package nonisolated func copyIn(
    _ sql: String,
    next: () async throws -> [UInt8]?
  ) async throws -> Int {
    try await startCopy(sql)
    do {
      while let chunk = try await next() { try await put(chunk) }
    } catch {
      await abortCopy()
      throw error
    }
    return try await endCopy()
  }

  private func startCopy(_ sql: String) async throws(PostgresError) {
    try Self.check(sql)
    let results = try await send(.copy(sql))
    // Whatever the statement was, it has been done and nothing waits for data.
    guard results.isEmpty else { throw .misuse("not a COPY … FROM STDIN: \(sql)") }
  }

  private func put(_ chunk: [UInt8]) async throws(PostgresError) {
    guard !Task.isCancelled else { throw .cancelled }
    guard wire.isOpen, chunk.count <= Int(Int32.max) else {
      throw .connection("the connection to the server was lost")
    }
    let isTaken = chunk.withUnsafeBytes { bytes in
      PQputCopyData(
        wire.connection,
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(bytes.count)
      ) == 1
    }
    guard isTaken else { throw PostgresError(connection: wire.connection) }
    await withUnsafeContinuation { continuation in
      wire.onDrain = { continuation.resume() }
      wire.flush()
    }
  }

  private func endCopy() async throws(PostgresError) -> Int {
    try await send(.copyEnd(failure: nil)).first?.affectedRows ?? 0
  }

  /// Leaves the copy without effect; also in a cancelled task, which could not send anything else.
  private func abortCopy() async {
    guard wire.isCopying else { return }
    let request = Request(.copyEnd(failure: "the source of the data failed"), access: wire.access)
    _ = await withUnsafeContinuation { continuation in
      if request.wait(continuation) { wire.send(request) }
    }
  }
}
