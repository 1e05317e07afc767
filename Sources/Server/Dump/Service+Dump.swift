import Engine
import EventLoop
import HTTP
import JSON
import PostgresClient

extension Service {
  /// Answers `{"opts": [...], "clean_output": bool, "source": name}` with SQL.
  func dumpReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await administratorReply(to: request, on: loop) { body, session async throws(RequestError) in
      guard let given = body["opts"]?.array else {
        throw RequestError(.parseFailed, "key \"opts\" not found", path: "$")
      }
      let options = given.compactMap(\.string)
      guard options.count == given.count else {
        throw RequestError(
          .parseFailed,
          "parsing Text failed, expected String",
          path: "$.opts"
        )
      }
      let source = body["source"]?.string ?? "default"
      guard let target = engine.target(ofSource: source) else {
        throw RequestError(
          .notExists,
          "source with name \"\(source)\" does not exist",
          path: "$.source"
        )
      }
      let place: ConnectionString
      do throws(PostgresError) {
        place = try await target.current(on: loop)
      } catch {
        throw RequestError(.unexpected, error.message, path: "$.source", status: 500)
      }
      let text = try await DatabaseDump(target: place).run(
        options,
        clean: body["clean_output"]?.bool ?? false,
        on: loop
      )
      return Reply(
        HTTPResponse(status: 200, contentType: "application/sql", body: text),
        role: session.role
      )
    }
  }
}
