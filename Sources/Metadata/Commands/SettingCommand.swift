package import JSON

/// A command that puts a member of the document that is kept as it comes, or takes it out.
package enum SettingCommand: Hashable, Sendable {
  case set(member: String, JSONValue)
  case remove(member: String)
  case setOpenTelemetryStatus(String)
  case addHost(JSONValue)
  case dropHost(host: String, suffix: String?)
}

extension SettingCommand {
  static let types: Set<String> = [
    "set_api_limits", "remove_api_limits", "set_metrics_config", "remove_metrics_config",
    "set_graphql_schema_introspection_options", "set_opentelemetry_config",
    "set_opentelemetry_status", "add_host_to_tls_allowlist", "drop_host_from_tls_allowlist",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "set_api_limits":
      self = .set(member: "api_limits", .object(try arguments.object("ApiLimit")))
    case "remove_api_limits": self = .remove(member: "api_limits")
    case "set_metrics_config":
      for key in ["analyze_query_variables", "analyze_response_body"] {
        _ = try arguments.required(key).bool()
      }
      self = .set(member: "metrics_config", arguments.value)
    case "remove_metrics_config": self = .remove(member: "metrics_config")
    case "set_graphql_schema_introspection_options":
      let roles = try arguments.required("disabled_for_roles")
      _ = try roles.map { role throws(MetadataError) in try role.nonEmptyString() }
      self = .set(
        member: "graphql_schema_introspection",
        ["disabled_for_roles": roles.value]
      )
    case "set_opentelemetry_config":
      self = .set(member: "opentelemetry", .object(try arguments.object("OpenTelemetryConfig")))
    case "set_opentelemetry_status":
      let status = try arguments.string("OtelStatus")
      guard ["enabled", "disabled", "env_driven"].contains(status) else {
        throw arguments.failure(
          "unknown status \"\(status)\", expected \"enabled\" or \"disabled\""
        )
      }
      self = .setOpenTelemetryStatus(status)
    case "add_host_to_tls_allowlist":
      _ = try arguments.required("host").string()
      self = .addHost(arguments.value)
    default:
      self = .dropHost(
        host: try arguments.required("host").string(),
        suffix: try arguments.optional("suffix")?.string()
      )
    }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: SettingCommand) throws(MetadataError) -> JSONValue {
    var changed = metadata
    switch command {
    case .set(let member, let value): changed.others[member] = value
    case .remove(let member): changed.others[member] = nil
    case .setOpenTelemetryStatus(let status):
      var settings = changed.others["opentelemetry"]?.object ?? JSONObject()
      settings["status"] = .string(status)
      changed.others["opentelemetry"] = .object(settings)
    case .addHost(let entry): try addHost(entry, to: &changed)
    case .dropHost(let host, let suffix): try dropHost(host, suffix, from: &changed)
    }
    store(changed)
    return Self.success
  }

  private func addHost(_ entry: JSONValue, to metadata: inout Metadata) throws(MetadataError) {
    let host = entry["host"]?.string ?? ""
    guard !host.isEmpty else { throw failure(.badRequest, "key \"host\" cannot be empty") }
    let suffix = entry["suffix"]?.string
    let entries = metadata.tlsAllowlist
    guard !entries.contains(where: { $0.isHost(host, suffix) }) else {
      throw failure(
        .alreadyExists,
        "the host \"\(host)\" with suffix \"\(suffix ?? "")\" is already present in the allowlist"
      )
    }
    metadata.tlsAllowlist = entries + [entry]
  }

  private func dropHost(
    _ host: String,
    _ suffix: String?,
    from metadata: inout Metadata
  ) throws(MetadataError) {
    let entries = metadata.tlsAllowlist
    let rest = entries.filter { !$0.isHost(host, suffix) }
    guard rest.count < entries.count else {
      throw failure(
        .notExists,
        "the host \"\(host)\" with suffix \"\(suffix ?? "")\" isn't present in the allowlist"
      )
    }
    metadata.tlsAllowlist = rest
  }
}

extension JSONValue {
  fileprivate func isHost(_ host: String, _ suffix: String?) -> Bool {
    self["host"]?.string == host && self["suffix"]?.string == suffix
  }
}

extension Metadata {
  fileprivate var tlsAllowlist: [JSONValue] {
    get { others["network"]?["tls_allowlist"]?.array ?? [] }
    set {
      var network = others["network"]?.object ?? JSONObject()
      network["tls_allowlist"] = .array(newValue)
      others["network"] = .object(network)
    }
  }
}
