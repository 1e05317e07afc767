import Catalog
import Glibc
import Metadata
import TestSupport
import Testing

/// The project's own database, as the migrations make it, and metadata that track all of it.
struct PlatformCatalog {
  let catalog: Catalog
  let source: Source

  static func load() throws -> PlatformCatalog {
    let database = try TestCluster.shared().makeDatabase()
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    for file in try migrations(in: "/\(root)/Migrations") { try database.execute(file) }
    let catalog = try database.catalog()
    return PlatformCatalog(catalog: catalog, source: trackEverything(in: catalog))
  }

  private static func migrations(in folder: String) throws -> [String] {
    var names: [String] = []
    let directory = try #require(opendir(folder))
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".up.sql") { names.append(name) }
    }
    return try names.sorted().map { try text(ofFile: "\(folder)/\($0)") }
  }

  private static func text(ofFile path: String) throws -> String {
    let stream = try #require(fopen(path, "r"))
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// Every table, with a relationship both ways for every foreign key.
  private static func trackEverything(in catalog: Catalog) -> Source {
    var tracked: [TableName: TrackedTable] = [:]
    for table in catalog.tables { tracked[table.name] = TrackedTable(table.name) }
    for table in catalog.tables {
      for key in table.foreignKeys where tracked[key.target] != nil {
        let forward = Relationship(
          name: "\(key.target.name)_by_\(key.columns.joined(separator: "_"))",
          using: .foreignKey(columns: key.columns)
        )
        tracked[table.name]?.objectRelationships.append(forward)
        let back = Relationship(
          name: "\(table.name.name)_by_\(key.columns.joined(separator: "_"))",
          using: .foreignKeyOn(table: table.name, columns: key.columns)
        )
        tracked[key.target]?.arrayRelationships.append(back)
      }
    }
    return Source(tables: tracked.values.sorted { $0.table < $1.table })
  }
}
