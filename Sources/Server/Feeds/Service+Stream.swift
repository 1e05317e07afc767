import Authentication
import Engine
import EventLoop
import HTTP
import Resolvers

extension Service {
  /// Answers a request for the websocket of a feed: `/v1/stream?feed=NAME&every=N&gold=true`.
  ///
  /// Whose request it is, is told by the handshake; who may subscribe to `order_book_grid` may have it.
  func streamResponse(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
    do throws(RequestError) {
      return try await openStream(request, on: loop)
    } catch {
      logRejection(error, of: request)
      return Reply.plain(error).response
    }
  }

  private func openStream(
    _ request: HTTPRequest,
    on loop: EventLoop
  ) async throws(RequestError) -> HTTPResponse {
    guard settings.enabledAPIs.contains(.graphql) else { throw .resourceMissing }
    let origin = settings.cors.webSocketOrigin(
      request.headers["origin"],
      host: request.headers["host"]
    )
    guard case .allowed(let countsCookies) = origin else { throw .originNotAllowed }
    let readsCookies = countsCookies || sockets.settings.readsCookies
    let headers = ConnectionHeader.merged([], with: request.headers, readsCookies: readsCookies)
    let session: Session
    do throws(HasuraError) {
      session = try await authenticator.session(headers, body: [], on: loop).session
    } catch {
      throw RequestError(error)
    }
    guard await engine.offersSubscription("order_book_grid", to: session, on: loop) else {
      throw RequestError(
        .accessDenied,
        "the role '\(session.role)' has no field 'order_book_grid' of subscriptions",
        status: 403
      )
    }
    let asked = try streamQuery(request)
    let handshake: WebSocketHandshake
    do {
      handshake = try WebSocketHandshake(request)
    } catch {
      return refusal(error)
    }
    guard sockets.hasRoom else { return noRoomForSockets }
    let host = sockets
    return .webSocket(handshake, subprotocol: nil, host.settings.configuration) { socket in
      FeedSocket(socket, asked, session, host)
    }
  }

  private func streamQuery(_ request: HTTPRequest) throws(RequestError) -> FeedSocket.Request {
    let query = QueryString(request.query ?? "")
    guard let name = try query.value(of: "feed"), !name.isEmpty else {
      throw RequestError(.badRequest, "the query of the URL has to name a feed: ?feed=NAME")
    }
    guard let feed = settings.feeds.feed(named: name), let grid = feed.channel.grid else {
      throw RequestError(
        .notFound,
        "there is no feed '\(name)' on this server; start_feed starts one",
        status: 404
      )
    }
    let every = try query.value(of: "every").map { Int($0) } ?? 1
    guard let every, every > 0 else {
      throw RequestError(.badRequest, "every has to be a whole number above 0")
    }
    let wantsGold = query.flag("gold")
    guard !wantsGold || feed.spec.wantsGold else {
      throw RequestError(.badRequest, "the feed '\(name)' was started without its derived columns")
    }
    return FeedSocket.Request(
      feed: feed,
      stream: GridStream(
        feed: name,
        instrument: feed.spec.instrument,
        grid,
        wantsGold: wantsGold
      ),
      every: every,
      wantsGold: wantsGold
    )
  }
}
