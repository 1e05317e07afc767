package import Catalog
package import JSON

/// A database and what is tracked of it.
package struct Source: Hashable, Sendable {
  package var name: String
  /// `postgres`, or one of Hasura's other names for it.
  package var kind: String
  package var tables: [TrackedTable]
  package var functions: [TrackedFunction]
  /// `connection_info` and what else says how the database is reached.
  package var configuration: JSONValue
  package var customization: SourceCustomization
  /// Every other member, such as `native_queries` or `logical_models`.
  package var others: JSONObject

  package init(
    name: String = "default",
    kind: String = "postgres",
    tables: [TrackedTable] = [],
    functions: [TrackedFunction] = [],
    configuration: JSONValue = [:],
    customization: SourceCustomization = SourceCustomization(),
    others: JSONObject = JSONObject()
  ) {
    self.name = name
    self.kind = kind
    self.tables = tables
    self.functions = functions
    self.configuration = configuration
    self.customization = customization
    self.others = others
  }

  package func table(_ name: TableName) -> TrackedTable? {
    tables.first { $0.table == name }
  }

  package func function(_ name: FunctionName) -> TrackedFunction? {
    functions.first { $0.function == name }
  }
}

/// How the names that a source gives to the schema are changed.
package struct SourceCustomization: Hashable, Sendable {
  package enum NamingConvention: String, Hashable, Sendable {
    case hasuraDefault = "hasura-default"
    case graphQLDefault = "graphql-default"
  }

  package var rootFieldsNamespace: String?
  package var rootFieldsPrefix: String?
  package var rootFieldsSuffix: String?
  package var typeNamesPrefix: String?
  package var typeNamesSuffix: String?
  package var namingConvention: NamingConvention?

  package init() {}
}
