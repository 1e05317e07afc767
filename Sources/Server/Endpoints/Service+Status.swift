import Authentication
import Engine
import EventLoop
import HTTP
import JSON

extension Service {
  func healthReply(to request: HTTPRequest) async -> Reply {
    switch await engine.health() {
    case .good: return Reply(.text(200, "OK"))
    case .unreachableMetadata: return Reply(.text(500, "ERROR"))
    case .inconsistentMetadata:
      guard QueryString(request.query ?? "").flag("strict") else {
        return Reply(.text(200, "WARN: inconsistent objects in schema"))
      }
      return Reply(.text(500, "ERROR: inconsistent objects in schema"))
    }
  }

  var versionResponse: HTTPResponse {
    let value: JSONValue = ["version": .string(Version.hasura), "apus": .string(Version.apus)]
    return .json(200, value.serialized)
  }

  /// What Hasura's console asks first; members for what is not there say so.
  func configReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      guard session.role == Session.adminRole else {
        return .plain(.adminOnly, role: session.role)
      }
      return Reply(.json(200, configuration.serialized), role: session.role)
    }
  }

  private var configuration: JSONValue {
    let authentication = settings.authentication
    let options = engine.subscriptionOptions
    return [
      "version": .string(Version.hasura),
      "is_function_permissions_inferred": true,
      "is_remote_schema_permissions_enabled": false,
      "is_admin_secret_set": .bool(authentication.isAdminSecretSet),
      "is_auth_hook_set": .bool(authentication.isWebhookSet),
      "is_jwt_set": .bool(!authentication.jwtConfigurations.isEmpty),
      "jwt": .array(authentication.jwtConfigurations.map(\.claims.configuration)),
      "is_allow_list_enabled": .bool(settings.isAllowlistEnforced),
      "live_queries": Self.pace(options.liveBatchSize, milliseconds: options.liveInterval),
      "streaming_queries": Self.pace(
        options.streamBatchSize,
        milliseconds: options.streamInterval
      ),
      "change_source": .string(engine.changeSource.rawValue),
      "change_sources": changeSources,
      "console_assets_dir": nil,
      "experimental_features": .array(settings.experimentalFeatures.map { .string($0) }),
      "is_prometheus_metrics_enabled": .bool(settings.enabledAPIs.contains(.metrics)),
      "default_naming_convention": .string(settings.namingConvention),
      "feature_flags": [],
      "is_apollo_federation_enabled": .bool(settings.servesApolloFederation),
    ]
  }

  /// By the names of all sources: how changes of their rows are learnt of.
  var changeSources: JSONValue {
    var members = JSONObject()
    for (name, source) in engine.changeSources { members[name] = .string(source.rawValue) }
    return .object(members)
  }

  /// Seconds, as Hasura tells them: `1`, `0.5`.
  private static func pace(_ batchSize: Int, milliseconds: Int) -> JSONValue {
    var delay = String(milliseconds / 1000)
    let rest = String(milliseconds % 1000)
    if rest != "0" {
      var digits = String(repeating: "0", count: 3 - rest.count) + rest
      while digits.last == "0" { digits.removeLast() }
      delay += "." + digits
    }
    return [
      "batch_size": .number(JSONNumber(batchSize)),
      "refetch_delay": JSONNumber(delay).map { .number($0) } ?? .null,
    ]
  }
}
