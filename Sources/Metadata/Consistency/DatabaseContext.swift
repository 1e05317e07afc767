package import Catalog
package import JSON

/// What the databases behind the sources have: all that metadata is checked against.
package struct DatabaseContext: Sendable {
  package struct EnumValue: Hashable, Sendable {
    package var name: String
    package var comment: String?

    package init(name: String, comment: String? = nil) {
      self.name = name
      self.comment = comment
    }
  }

  /// By the name of the source; a source that could not be reached has none.
  package var catalogs: [String: Catalog]
  /// The rows of enum tables by source, as far as they have been read.
  package var enumValues: [String: [TableName: [EnumValue]]]
  /// By source: the number of the database, by which whoever made the context knows it.
  package var databases: [String: Int]
  /// Why a source has no catalog.
  package var failures: [String: String]
  /// Reads saved queries; without one they are taken as they are.
  package var inspector: (any QueryInspector)?
  /// The names of actions that are there whatever the metadata say, and that these only permit.
  package var actions: Set<String>
  /// What is wrong with an entry of `cron_triggers`; nil where nothing is.
  package var triggerDefect: @Sendable (JSONValue) -> String?

  package init(
    catalogs: [String: Catalog],
    enumValues: [String: [TableName: [EnumValue]]] = [:],
    databases: [String: Int] = [:],
    failures: [String: String] = [:],
    inspector: (any QueryInspector)? = nil,
    actions: Set<String> = [],
    triggerDefect: @escaping @Sendable (JSONValue) -> String? = { _ in nil }
  ) {
    self.catalogs = catalogs
    self.enumValues = enumValues
    self.databases = databases
    self.failures = failures
    self.inspector = inspector
    self.actions = actions
    self.triggerDefect = triggerDefect
  }
}
