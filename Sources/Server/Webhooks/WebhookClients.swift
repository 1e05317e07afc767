import Engine
import EventLoop
import HTTP

/// Asks webhooks for the engine: a client for each loop.
final class WebhookClients: Sendable {
  private let clients: [(loop: EventLoop, client: HTTPClient)]

  init(on loops: [EventLoop], certificateFile: String?, connections: Int) {
    var configuration = HTTPClientConfiguration()
    configuration.certificateFile = certificateFile
    configuration.maximumHostConnections = connections
    configuration.maximumIdleConnections = connections
    clients = loops.map { ($0, HTTPClient(configuration, on: $0)) }
  }

  var sender: WebhookSender {
    { [self] call, loop throws(WebhookFailure) in try await send(call, on: loop) }
  }

  func close() async {
    for (_, client) in clients { await client.close() }
  }

  private func send(
    _ call: WebhookCall,
    on loop: EventLoop
  ) async throws(WebhookFailure) -> WebhookAnswer {
    guard let method = HTTPMethod(rawValue: call.method) else {
      throw WebhookFailure("the method \(call.method) is not supported")
    }
    let client = clients.first { $0.loop === loop }?.client ?? clients[0].client
    let response: HTTPClientResponse
    do {
      response = try await client.send(
        HTTPClientRequest(
          method: method,
          url: call.url,
          headers: call.headers.map { (name: $0.name, value: $0.value) },
          body: call.body,
          timeout: .seconds(call.timeout),
          maximumBodyBytes: 16 << 20
        )
      )
    } catch {
      throw WebhookFailure("\(error)", isTimeout: error.reason == .timedOut)
    }
    return WebhookAnswer(
      status: response.status,
      headers: response.headers.map { WebhookHeaderField(name: $0.name, value: $0.value) },
      body: response.body
    )
  }
}
