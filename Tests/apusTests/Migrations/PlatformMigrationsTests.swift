import PostgresClient
import Resolvers
import Testing
import TestSupport

@testable import apus

/// The project's own migrations.
struct PlatformMigrationsTests {
  /// `Migrations` in the repository: this file is <root>/Tests/apusTests/Migrations/….
  private static let folder = FilePath(
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/Migrations"
  )

  @Test func eachDownUndoesItsUpExactly() async throws {
    try await withDatabase { database, pool in
      let folder = try MigrationFolder(Self.folder)
      let runner = MigrationRunner(folder: folder, pool: pool)
      var before: [[[String?]]] = []
      for count in folder.migrations.indices {
        before.append(try catalog(database))
        #expect(try await runner.up(1) == [folder.migrations[count].name])
      }
      let whole = try catalog(database)
      for snapshot in before.reversed() {
        _ = try await runner.down()
        #expect(try catalog(database) == snapshot)
      }
      _ = try await runner.up()
      #expect(try catalog(database) == whole)
    }
  }

  @Test func indexesEveryForeignKeyAndCommentsEveryRelation() async throws {
    try await withDatabase { database, pool in
      let runner = MigrationRunner(folder: try MigrationFolder(Self.folder), pool: pool)
      _ = try await runner.up()
      let unindexed = """
        SELECT conrelid::regclass::text, conname FROM pg_constraint c
        WHERE contype = 'f' AND conparentid = 0 AND NOT EXISTS (
          SELECT FROM pg_index i WHERE indrelid = conrelid
          AND (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey) ORDER BY 1, 2
        """
      #expect(try database.execute(unindexed) == [])
      let uncommented = """
        SELECT c.oid::regclass::text FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition
        AND nspname NOT IN ('pg_catalog', 'information_schema')
        AND obj_description(c.oid, 'pg_class') IS NULL
        """
      #expect(try database.execute(uncommented) == [])
      let unpopulated = "SELECT relname FROM pg_class WHERE relkind = 'm' AND NOT relispopulated"
      #expect(try database.execute(unpopulated) == [])
    }
  }

  /// Everything in the database that is not PostgreSQL's own or the ledger's, in words.
  private func catalog(_ database: TestDatabase) throws -> [[String?]] {
    try database.execute(
      """
      WITH own AS (
        SELECT oid FROM pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'apus')
      )
      SELECT 'schema ' || nspname, obj_description(n.oid), NULL, NULL
      FROM pg_namespace n JOIN own USING (oid)
      UNION ALL SELECT relkind::text || c.oid::regclass::text, obj_description(c.oid, 'pg_class'),
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid)
             WHEN relkind = 'i' THEN pg_get_indexdef(c.oid) END,
        pg_get_expr(relpartbound, c.oid)
      FROM pg_class c JOIN own ON own.oid = relnamespace
      UNION ALL SELECT attrelid::regclass || '.' || attname,
        format_type(atttypid, atttypmod) || attnotnull::text || attidentity::text || attgenerated::text || attnum,
        pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN own ON own.oid = relnamespace
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE attnum > 0 AND NOT attisdropped
      UNION ALL SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(c.oid), NULL, NULL
      FROM pg_constraint c JOIN own ON own.oid = connamespace
      UNION ALL SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid),
        obj_description(p.oid), NULL
      FROM pg_proc p JOIN own ON own.oid = pronamespace
      UNION ALL SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(t.oid), NULL, NULL
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN own ON own.oid = relnamespace
      WHERE NOT tgisinternal
      UNION ALL SELECT 'type ' || t.oid::regtype, typtype::text, NULL, NULL
      FROM pg_type t JOIN own ON own.oid = typnamespace
      ORDER BY 1, 2, 3
      """
    )
  }
}
