import Engine
import EventLoop
import HTTP
import JSON

extension Service {
  /// Answers `{"query": {"query", "variables", "operationName"}, "user": {"x-hasura-role": …}}` with the
  /// SQL of each root field and PostgreSQL's plan for it.
  func explainReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await administratorReply(to: request, on: loop) { body, session async throws(RequestError) in
      guard let query = body["query"] else {
        throw RequestError(.parseFailed, "key \"query\" not found", path: "$")
      }
      guard let text = query["query"]?.string else {
        throw RequestError(.parseFailed, "key \"query\" not found", path: "$.query")
      }
      var user = Session(role: Session.adminRole)
      for member in body["user"]?.object?.members ?? [] {
        let name = member.key.lowercased()
        guard let value = member.value.string, name.hasPrefix("x-hasura-") else { continue }
        if name == "x-hasura-role" {
          user.role = value
        } else {
          user.variables.append(SessionVariable(name: name, value: value))
        }
      }
      let asked = GraphQLRequest(
        query: Array(text.utf8),
        operationName: query["operationName"]?.string,
        variables: query["variables"]?.object ?? JSONObject()
      )
      let answer = await engine.explain(asked, user, on: loop)
      return Reply(
        .json(answer.status, answer.body),
        role: session.role,
        failure: answer.status < 400 ? nil : answer.body
      )
    }
  }
}
