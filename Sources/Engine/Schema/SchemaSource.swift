package import Catalog
package import Metadata

/// A source as schemas are made of it: what is tracked, and what the database has.
package struct SchemaSource: Equatable, Sendable {
  /// Without what does not hold.
  package var source: Source
  package var catalog: Catalog
  /// The rows of enum tables; an enum table without an entry is a table like any other.
  package var enumValues: [TableName: [DatabaseContext.EnumValue]]
  /// Which database the source is of.
  package var database: DatabaseID

  package init(
    _ source: Source,
    _ catalog: Catalog,
    enumValues: [TableName: [DatabaseContext.EnumValue]] = [:],
    database: DatabaseID = .main
  ) {
    self.source = source
    self.catalog = catalog
    self.enumValues = enumValues
    self.database = database
  }

  /// The sources of a document whose databases are known, that of the served database first.
  static func all(of metadata: Metadata, in context: DatabaseContext) -> [SchemaSource] {
    let sources = metadata.sources.compactMap { source -> SchemaSource? in
      guard let catalog = context.catalogs[source.name] else { return nil }
      return SchemaSource(
        source,
        catalog,
        enumValues: context.enumValues[source.name] ?? [:],
        database: DatabaseID(context.databases[source.name] ?? DatabaseID.main.number)
      )
    }
    let main = sources.firstIndex { $0.source.name == "default" }
    guard let main, main > 0 else { return sources }
    return [sources[main]] + sources[..<main] + sources[(main + 1)...]
  }

  /// The source and the catalog with the tables that stand for logical models.
  var withModels: SchemaSource {
    var extended = self
    (extended.source, extended.catalog) = ModelTables.add(to: source, catalog)
    return extended
  }
}

/// A database that the engine has connections to; a number that no two databases of a process share.
package struct DatabaseID: Hashable, Sendable {
  package let number: Int

  package init(_ number: Int) {
    self.number = number
  }

  /// The database that the server was told to serve; it holds the metadata unless they stand in one of
  /// their own, which has no number.
  package static let main = DatabaseID(0)
}

/// A source in a role's schema.
package struct BoundSource: Hashable, Sendable {
  package var name: String
  package var database: DatabaseID
  /// Where its tables stand among those of the schema.
  package var tables: Range<Int>
}
