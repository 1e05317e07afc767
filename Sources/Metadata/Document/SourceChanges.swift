import JSON

/// What the `configuration` of a source says of how changes of its rows are learnt of.
///
/// Members of Apus' own, beside `connection_info`, named like the server's options; what is nil is as
/// the operator has chosen for all sources.
package struct SourceChanges: Hashable, Sendable {
  /// By the names that the server's option has.
  package enum Source: String, Hashable, Sendable, CaseIterable {
    case replication
    case triggers
    case polling
  }

  package var source: Source?
  package var publication: String?
  package var createsPublication: Bool?
  package var createsTriggers: Bool?

  package init() {}

  /// From the `configuration` of a source.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    if let member = cursor.optional("change_source") {
      guard let known = Source(rawValue: try member.string()) else {
        throw member.failure(
          "unexpected string for change source; expecting one of: "
            + Source.allCases.map(\.rawValue).joined(separator: ", ")
        )
      }
      source = known
    }
    publication = try cursor.optional("publication")?.nonEmptyString()
    createsPublication = try cursor.optional("create_publication")?.bool()
    createsTriggers = try cursor.optional("create_change_triggers")?.bool()
  }
}
