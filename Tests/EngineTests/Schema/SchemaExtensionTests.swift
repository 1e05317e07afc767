import Catalog
import GraphQLCore
import JSON
import Metadata
import TestSupport
import Testing

@testable import Engine

/// A schema that goes on from another says what one says that is made from the start.
@Suite(.timeLimit(.minutes(5))) struct SchemaExtensionTests {
  private let base: SchemaSource
  private let seed: SchemaSeed

  init() throws {
    base = try Self.source()
    seed = try RoleSchemaBuilder(sources: [base]).buildSeed()
  }

  /// Whether the schema of a source can go on from another; what it says then is compared.
  private func goesOn(
    from seed: SchemaSeed,
    to second: SchemaSource,
    natives: [NativeField] = []
  ) throws -> Bool {
    #expect(seed.isExtensible)
    let before = seed.schema.sdl
    let builder = RoleSchemaBuilder(sources: [second], natives: natives)
    let next = try builder.extend(seed)
    if let next { try expectSame(next.schema, builder.build()) }
    // Requests that began with it go on with it.
    #expect(seed.schema.sdl == before && seed.schema.isFoundByNames)
    return next != nil
  }

  private func expectSame(_ grown: RoleSchema, _ whole: RoleSchema) {
    #expect(grown.differences(from: whole) == [])
    #expect(grown.isFoundByNames)
  }

  @Test func takesTheTablesOfThePlatformOneAfterTheOther() throws {
    let platform = try PlatformCatalog.load()
    var known: Set<TableName> = []
    var tables: [TrackedTable] = []
    // Each with the relationships to those before it.
    for var table in platform.source.tables {
      known.insert(table.table)
      let keys = platform.catalog.table(table.table)?.foreignKeys ?? []
      func isKnown(_ relationship: Relationship) -> Bool {
        switch relationship.using {
        case .foreignKey(let columns):
          keys.contains { $0.columns == columns && known.contains($0.target) }
        case .foreignKeyOn(let target, _): known.contains(target)
        default: false
        }
      }
      table.objectRelationships.removeAll { !isKnown($0) }
      table.arrayRelationships.removeAll { !isKnown($0) }
      tables.append(table)
    }
    func builder(_ tables: [TrackedTable]) -> RoleSchemaBuilder {
      RoleSchemaBuilder(catalog: platform.catalog, source: Source(tables: tables))
    }
    var seed = try builder(Array(tables[..<30])).buildSeed()
    for count in [31, tables.count] {
      let next = builder(Array(tables[..<count]))
      seed = try #require(try next.extend(seed))
      expectSame(seed.schema, try next.build())
    }
    // Then each gets the relationships that were left out, and all goes back again.
    for source in [platform.source, Source(tables: tables)] {
      let next = RoleSchemaBuilder(catalog: platform.catalog, source: source)
      if let extended = try next.extend(seed) {
        seed = extended
      } else {
        seed = try next.buildSeed()
      }
      expectSame(seed.schema, try next.build())
    }
  }

  // MARK: - Changes of a document

  private static let script = """
    create table author (id int primary key, name text not null, born date, rating float8);
    create table article (id int primary key, title text not null,
      author_id int not null references author, words bigint);
    create table kind (value text primary key, comment text);
    create table tag (id int primary key, kind text references kind, article_id int references article);
    create function famous() returns setof author language sql stable as 'select * from author';
    create function long_name(author) returns text language sql stable as 'select $1.name';
    """

  private static func source(_ scripts: String...) throws -> SchemaSource {
    let database = try TestCluster.shared().makeDatabase()
    for script in [script] + scripts { try database.execute(script) }
    let writer = Relationship(name: "writer", using: .foreignKey(columns: ["author_id"]))
    return SchemaSource(
      Source(tables: [
        TrackedTable(TableName(name: "article"), objectRelationships: [writer]),
        TrackedTable(TableName(name: "author")),
      ]),
      try database.catalog(),
      enumValues: [
        TableName(name: "kind"): [DatabaseContext.EnumValue(name: "news", comment: "What is new")]
      ]
    )
  }

  private func goesOn(_ change: (inout Source) -> Void) throws -> Bool {
    var after = base
    change(&after.source)
    return try goesOn(from: seed, to: after)
  }

  private static let articles = Relationship(
    name: "articles",
    using: .foreignKeyOn(table: TableName(name: "article"), columns: ["author_id"])
  )

  @Test func goesOnWhereATableComes() throws {
    let tag = TrackedTable(
      TableName(name: "tag"),
      objectRelationships: [
        Relationship(name: "article", using: .foreignKey(columns: ["article_id"]))
      ]
    )
    #expect(try goesOn { $0.tables.append(tag) })
    #expect(try goesOn { $0.tables.insert(tag, at: 0) })
    let kind = TrackedTable(TableName(name: "kind"), isEnum: true)
    #expect(try goesOn { $0.tables += [tag, kind] })
    #expect(try goesOn { $0.tables.append(kind) })
  }

  @Test func goesOnWhereATableGetsOtherMembers() throws {
    #expect(try goesOn { $0.tables[1].arrayRelationships = [Self.articles] })
    #expect(try goesOn { $0.tables[0].objectRelationships[0].name = "by" })
    #expect(try goesOn { $0.tables[0].configuration.comment = "What was written" })
    let columns = [ColumnConfiguration(column: "title", customName: "heading", comment: "On top")]
    #expect(try goesOn { $0.tables[0].configuration.columns = columns })
    #expect(try goesOn { _ in })
  }

  @Test func goesOnWhereOnlyRolesAreConcerned() throws {
    let permission = Permission(role: "user", definition: SelectPermission(columns: .all))
    #expect(try goesOn { $0.tables[0].selectPermissions = [permission] })
  }

  @Test func isMadeFromTheStartWhereMoreHasChanged() throws {
    #expect(try !goesOn { $0.tables.removeLast() })
    #expect(try !goesOn { $0.tables.removeAll() })
    #expect(try !goesOn { $0.tables[1].configuration.customName = "writer" })
    #expect(
      try !goesOn { $0.tables[0].configuration.customRootFields[.select] = .init(name: "all") }
    )
    #expect(
      try !goesOn {
        $0.tables[1].computedFields = [
          ComputedField(name: "long_name", function: FunctionName(name: "long_name"))
        ]
      }
    )
    #expect(try !goesOn { $0.functions = [TrackedFunction(FunctionName(name: "famous"))] })
    #expect(try !goesOn { $0.customization.typeNamesPrefix = "a_" })
    #expect(try !goesOn { $0.customization.rootFieldsNamespace = "a" })
    // The relationship was all that led to the type of its order.
    #expect(
      try {
        var before = base
        before.source.tables[1].arrayRelationships = [Self.articles]
        return try !goesOn(from: RoleSchemaBuilder(sources: [before]).buildSeed(), to: base)
      }()
    )
  }

  @Test(arguments: ["author_bool_exp", "author_by_pk", "Int", "String", "date"])
  func isMadeFromTheStartWhereANameIsInTheWay(name: String) throws {
    var tag = TrackedTable(TableName(name: "tag"))
    tag.configuration.customName = name
    #expect(try !goesOn { $0.tables.append(tag) })
  }

  @Test func isMadeFromTheStartWhereAFieldWrittenInSwiftGetsItsTable() throws {
    let native = NativeField(
      "news",
      of: [.query],
      returns: .scalar("Int"),
      requires: [TableName(name: "tag")],
      body: .call { _ in .value(.null) }
    )
    let seed = try RoleSchemaBuilder(sources: [base], natives: [native]).buildSeed()
    var after = base
    after.source.tables.append(TrackedTable(TableName(name: "kind")))
    #expect(try goesOn(from: seed, to: after, natives: [native]))
    after.source.tables.append(TrackedTable(TableName(name: "tag")))
    #expect(try !goesOn(from: seed, to: after, natives: [native]))
  }

  // MARK: - Changes of a database

  @Test(
    arguments: [
      ("alter table author add column died date", true),
      ("alter table author add column height float4", true),
      ("alter table author add column seen timestamptz default now()", true),
      ("alter table author add unique (name)", true),
      ("alter table author alter column name drop not null", true),
      ("comment on column author.name is 'The name'", true),
      ("create table other (id int, seen uuid)", true),
      ("alter table author drop column born", false),
      ("alter table author alter column rating type text", false),
      ("alter table author drop constraint author_pkey cascade", false),
    ] as [(String, Bool)]
  )
  func followsWhatHappensToTheDatabase(script: String, isExtended: Bool) throws {
    var (before, after) = (base, try Self.source(script))
    if script.contains("cascade") {
      before.source.tables[0].objectRelationships = []
      after.source.tables[0].objectRelationships = []
    }
    let seed = try RoleSchemaBuilder(sources: [before]).buildSeed()
    #expect(try goesOn(from: seed, to: after) == isExtended)
  }

  // MARK: - The library

  @Test func theLibraryGivesWhatIsMadeFromTheStart() throws {
    let library = SchemaLibrary(options: SchemaOptions())
    let first = base
    var (second, third) = (first, first)
    second.source.tables.append(TrackedTable(TableName(name: "tag")))
    third.source.tables.append(TrackedTable(TableName(name: "kind")))
    // A command that is refused goes back to the first, and the next goes on from there.
    for source in [first, second, first, third, second] {
      let whole = try RoleSchemaBuilder(sources: [source]).build()
      expectSame(try library.adminSchema([source]), whole)
    }
  }

  @Test func whatTablesHadBeforeDoesNotPileUp() throws {
    let library = SchemaLibrary(options: SchemaOptions())
    var source = base
    var sizes: [Int] = []
    for round in 0..<8 {
      source.source.tables[0].configuration.comment = "Round \(round)"
      sizes.append(try library.adminSchema([source]).schema.fields.count)
    }
    let least = try #require(sizes.min())
    #expect(sizes.max() ?? 0 <= least * 2)
    #expect(Set(sizes).count > 1)
  }
}
