package import JSON

/// A command about sources as a whole.
package enum SourceCommand: Hashable, Sendable {
  /// `replaces` says that a source of the name may be there already.
  case add(Source, replaces: Bool)
  case drop(name: String, cascades: Bool)
  /// What is nil stays as it is.
  case update(
    name: String,
    configuration: JSONValue?,
    SourceCustomization?,
    healthCheck: JSONValue?
  )
  case rename(name: String, newName: String)
  case listKinds
  case kindCapabilities(kind: String)
}

extension SourceCommand {
  /// Commands whose names have a prefix in the metadata API.
  static let sourceTypes: Set<String> = ["add_source", "drop_source", "update_source"]
  static let plainTypes: Set<String> = [
    "rename_source", "list_source_kinds", "get_source_kind_capabilities",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    if type == "list_source_kinds" {
      self = .listKinds
      return
    }
    _ = try arguments.object("Object")
    let name = try arguments.required("name").nonEmptyString()
    switch type {
    case "get_source_kind_capabilities": self = .kindCapabilities(kind: name)
    case "add_source":
      let configuration = try arguments.required("configuration")
      _ = try SourceConnection(decoding: configuration)
      var source = Source(name: name, configuration: configuration.value)
      source.customization =
        try arguments.optional("customization").map(SourceCustomization.init(decoding:))
        ?? SourceCustomization()
      if let check = arguments.optional("health_check") {
        source.others["health_check"] = .object(try check.object("HealthCheckConfig"))
      }
      self = .add(
        source,
        replaces: try arguments.optional("replace_configuration")?.bool() ?? false
      )
    case "drop_source":
      self = .drop(
        name: name,
        cascades: try arguments.optional("cascade")?.bool() ?? false
      )
    case "update_source":
      if let configuration = arguments.optional("configuration") {
        _ = try SourceConnection(decoding: configuration)
      }
      self = .update(
        name: name,
        configuration: arguments.optional("configuration")?.value,
        try arguments.optional("customization").map(SourceCustomization.init(decoding:)),
        healthCheck: arguments.optional("health_check")?.value
      )
    default:
      self = .rename(
        name: name,
        newName: try arguments.required("new_name").nonEmptyString()
      )
    }
  }

  /// The source whose database the command has to know, as it would be after the command.
  package func connecting(_ metadata: Metadata) -> Source? {
    switch self {
    case .add(let source, _): return source
    case .update(let name, let configuration, _, _):
      guard var source = metadata.source(named: name) else { return nil }
      if let configuration { source.configuration = configuration }
      return source
    case .drop, .rename, .listKinds, .kindCapabilities: return nil
    }
  }
}
