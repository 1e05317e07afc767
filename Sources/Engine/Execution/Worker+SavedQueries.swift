import GraphQLCore
import JSON
import Metadata

/// A request to a RESTified endpoint.
package struct RESTRequest: Sendable {
  /// The name of the method: `GET`.
  package var method: String
  /// What follows `/api/rest/`, segment by segment, decoded.
  package var path: [String]
  /// Of the query string and the body.
  package var arguments: [RESTArgument]
  /// As of a ``GraphQLRequest``.
  package var idempotencyKey: String?
  package var trace: TraceContext?
  package var clientHeaders: (@Sendable () -> [WebhookHeaderField])?

  package init(method: String, path: [String], arguments: [RESTArgument] = []) {
    self.method = method
    self.path = path
    self.arguments = arguments
  }
}

extension Worker {
  /// Runs the query that an endpoint stands for; the answer is what stands under `data`.
  func answer(_ request: RESTRequest, _ session: Session) async -> CommandAnswer {
    do throws(RequestFailure) {
      let snapshot = try currentSnapshot()
      var graphql: GraphQLRequest
      do {
        let method = RESTEndpoint.Method(rawValue: request.method)
        let (route, inPath) = try snapshot.value.saved.router.route(method, request.path)
        graphql = GraphQLRequest(
          query: route.query.text,
          variables: try RESTArguments.variables(
            request.arguments + inPath,
            for: route.query.variables
          ),
          idempotencyKey: request.idempotencyKey,
          trace: request.trace
        )
      } catch {
        throw RequestFailure(error, .variables)
      }
      graphql.clientHeaders = request.clientHeaders
      let answer = try await body(graphql, session, snapshot)
      var command = CommandAnswer(status: 200, body: Self.data(of: answer.body))
      command.headers = answer.headers
      command.isReplay = answer.isReplay
      return command
    } catch {
      return CommandAnswer(error.error, showingInternal: showsInternal(to: session))
    }
  }

  /// The content of `{"data":…}`.
  private static func data(of body: [UInt8]) -> [UInt8] {
    Array(body.dropFirst(#"{"data":"#.utf8.count).dropLast())
  }

  /// The saved queries that the role of a session can run.
  func listSavedQueries(_ session: Session) async -> CommandAnswer {
    do throws(RequestFailure) {
      let snapshot = try currentSnapshot()
      let schema = try await schema(of: session.key, in: snapshot).schema
      return CommandAnswer(["queries": snapshot.value.saved.listing(in: schema)])
    } catch {
      return CommandAnswer(error.error, showingInternal: showsInternal(to: session))
    }
  }

  /// The request with its query written out, where it names a saved one.
  func resolved(
    _ request: GraphQLRequest,
    _ snapshot: PublishedSnapshot
  ) throws(RequestFailure) -> GraphQLRequest {
    guard let id = request.documentID else { return request }
    var request = request
    do {
      request.query = try snapshot.value.saved.query(named: id).text
    } catch {
      throw RequestFailure(error, .operation)
    }
    return request
  }

  /// Refuses what is not on the allow list, where it is enforced.
  func checkAllowlist(
    _ request: GraphQLRequest,
    _ session: Session,
    _ snapshot: PublishedSnapshot
  ) throws(RequestFailure) {
    guard configuration.enforcesAllowlist, session.role != Session.adminRole else { return }
    var limits = ParserLimits()
    limits.maximumTokens = configuration.limits.maximumTokens
    limits.maximumDepth = configuration.limits.maximumNesting
    let document: Document
    do {
      document = try Document(parsing: request.query, limits: limits)
    } catch {
      throw RequestFailure(HasuraError(error), .syntax)
    }
    guard snapshot.value.saved.allowlist.allows(document, for: session.role) else {
      throw RequestFailure(HasuraError(.validationFailed, "query is not allowed"), .validation)
    }
  }
}
