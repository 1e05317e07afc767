import Authentication
import Engine
import EventLoop
import HTTP
import JSON
import Observability

/// Answers requests: finds the endpoint, adds what every answer carries, and logs.
///
/// Holds nothing but what is fixed at the start, so that all loops share it.
struct Service: Sendable {
  let engine: Engine
  let authenticator: Authenticator
  let settings: ServiceSettings
  let logger: Logger
  let ids: RequestIDs
  let sockets: SocketHost
  let requests = RequestMetrics()

  init(engine: Engine, authenticator: Authenticator, settings: ServiceSettings, logger: Logger) {
    self.engine = engine
    self.authenticator = authenticator
    self.settings = settings
    self.logger = logger
    ids = RequestIDs()
    sockets = SocketHost(
      engine: engine,
      authenticator: authenticator,
      settings: settings.sockets,
      logger: logger,
      ids: ids
    )
  }

  func answer(_ request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
    if WebSocketHandshake.isRequested(by: request) {
      return Route(path: request.path) == .stream
        ? await streamResponse(to: request, on: loop) : webSocketResponse(to: request)
    }
    let id = ids.id(given: request.headers["x-request-id"])
    var reply = await reply(to: request, on: loop)
    let origin = request.headers["origin"]
    if request.method != .options {
      for header in settings.cors.headers(forOrigin: origin) {
        reply.response.headers.append(header)
      }
    }
    reply.response.headers.append((name: "x-request-id", value: id))
    count(request, reply)
    log(request, reply, id)
    return reply.response
  }

  private func count(_ request: HTTPRequest, _ reply: Reply) {
    requests.count(
      reply.operation.map { .init(operation: $0, hasFailed: reply.failure != nil) },
      requestBytes: request.body.count,
      responseBytes: reply.response.body.count,
      nanoseconds: request.elapsedNanoseconds
    )
  }

  private func reply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    guard let route = Route(path: request.path), isEnabled(route) else {
      return .plain(.resourceMissing)
    }
    switch (route, request.method) {
    case (_, .options): return Reply(optionsResponse(of: route, request))
    case (.graphql, .post) where request.wantsEventStream,
      (.graphql, .get) where request.wantsEventStream:
      return await eventStreamReply(to: request, on: loop)
    case (.graphql(let keepsStatus), .post), (.graphql(let keepsStatus), .get),
      (.graphql(let keepsStatus), .head):
      return await graphQLReply(to: request, keepsStatus: keepsStatus, on: loop)
    case (.explain, .post): return await explainReply(to: request, on: loop)
    case (.dump, .post): return await dumpReply(to: request, on: loop)
    case (.relay, .post): return await relayReply(to: request, on: loop)
    case (.graphql, _):
      return .plain(.methodNotAllowed(route.allowedMethods))
    case (.metadata, .post), (.query, .post):
      return await commandReply(to: request, at: route, on: loop)
    case (.health, .get), (.health, .head): return await healthReply(to: request)
    case (.version, .get), (.version, .head): return Reply(versionResponse)
    case (.config, .get), (.config, .head):
      return await configReply(to: request, on: loop)
    case (.metrics, .get), (.metrics, .head): return await metricsReply(to: request, on: loop)
    case (.developer, .get), (.developer, .head):
      return await developerReply(to: request, on: loop)
    case (.rest, _): return await restReply(to: request, on: loop)
    case (.savedQueries, .get), (.savedQueries, .head):
      return await savedQueriesReply(to: request, on: loop)
    case (.openAPI, .get), (.openAPI, .head): return await openAPIReply(to: request, on: loop)
    // Hasura knows a path under its own methods only.
    default: return .plain(.resourceMissing)
    }
  }

  private func isEnabled(_ route: Route) -> Bool {
    route.api.map(settings.enabledAPIs.contains) ?? true
  }

  private func optionsResponse(of route: Route, _ request: HTTPRequest) -> HTTPResponse {
    var response = HTTPResponse(
      status: 204,
      headers: [(name: "allow", value: route.allowedMethods)]
    )
    guard let origin = request.headers["origin"] else { return response }
    response.headers += settings.cors.preflightHeaders(
      forOrigin: origin,
      requested: request.headers["access-control-request-headers"]
    )
    return response
  }

  /// The command of an administrator, where the operator wants to see those.
  private func loggedQuery(of request: HTTPRequest, _ reply: Reply) -> [UInt8]? {
    guard settings.logsMetadataQueries, reply.role == Session.adminRole,
      case .metadata? = Route(path: request.path),
      let call = try? JSONValue(parsing: request.body.span)
    else { return nil }
    return call.maskingSecrets.serialized
  }

  private func log(_ request: HTTPRequest, _ reply: Reply, _ id: String) {
    guard logger.isEnabled(.httpLog, reply.failure == nil ? .info : .error) else { return }
    logger.log(
      .http(
        HTTPExchange(
          requestID: id,
          method: request.method.rawValue,
          url: request.path,
          httpVersion: request.minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1",
          remoteAddress: request.remoteAddress,
          role: reply.role,
          status: reply.response.status,
          responseBytes: reply.response.body.count,
          executionNanoseconds: request.elapsedNanoseconds,
          isBatch: reply.isBatch,
          error: reply.failure,
          query: loggedQuery(of: request, reply)
        )
      )
    )
  }
}
