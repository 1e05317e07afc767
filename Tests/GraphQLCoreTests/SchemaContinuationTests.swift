import Testing

@testable import GraphQLCore

/// A builder that goes on from the schema that it has built.
struct SchemaContinuationTests {
  private struct Start {
    var builder = SchemaBuilder()
    let query: TypeID
    let book: TypeID
    let filter: TypeID
    let schema: Schema

    init() throws {
      builder.listsTypesByName = true
      query = builder.type("Query")
      book = builder.type("Book")
      filter = builder.type("Filter")
      let argument = builder.inputValues([
        InputValueDefinition(name: "where", type: TypeReference(filter), defaultValue: .object([]))
      ])
      builder.defineObject(
        book,
        fields: [FieldDefinition(name: "title", type: TypeReference(.string))]
      )
      builder.defineInputObject(
        filter,
        fields: [
          InputValueDefinition(name: "pages", type: TypeReference(.int), defaultValue: .int("1"))
        ]
      )
      builder.beginTail()
      builder.defineObject(
        query,
        fields: [FieldDefinition(name: "books", arguments: argument, type: TypeReference(book))]
      )
      schema = try builder.build(query: query)
      builder.continue(from: schema)
    }
  }

  @Test func addsTypesAndRootFields() throws {
    let start = try Start()
    var builder = start.builder
    let author = builder.type("Author")
    builder.defineObject(
      author,
      fields: [FieldDefinition(name: "rating", type: TypeReference(.float))]
    )
    builder.beginTail()
    builder.defineObject(
      start.query,
      fields: [
        FieldDefinition(name: "authors", type: TypeReference(author)),
        FieldDefinition(name: "books", arguments: 0..<0, type: TypeReference(start.book)),
      ]
    )
    let schema = try builder.build(query: start.query)
    #expect(
      schema.listedOrder[TypeID.builtInCount...].map { schema[$0].name }
        == ["Author", "Book", "Filter", "Query"]
    )
    #expect(schema.field(named: "authors", of: start.query) != nil)
    #expect(schema.field(named: "rating", of: author) != nil)
    #expect(schema.field(named: "title", of: start.book) != nil)
    #expect(schema[.float].isListed && schema[.int].isListed)
    #expect(schema.abandonedMembers == 0)
    #expect(start.schema.field(named: "authors", of: start.query) == nil)
    #expect(start.schema.type(named: "Author") == nil)
    #expect(!start.schema[.float].isListed)
  }

  @Test func givesATypeOtherMembers() throws {
    let start = try Start()
    var builder = start.builder
    builder.reopen(start.filter)
    #expect(!builder.areDefined([start.filter]))
    builder.defineInputObject(
      start.filter,
      fields: [
        InputValueDefinition(name: "year", type: TypeReference(.int), defaultValue: .int("1969"))
      ]
    )
    builder.reopen(start.book)
    builder.defineObject(
      start.book,
      fields: [FieldDefinition(name: "name", type: TypeReference(.string))]
    )
    builder.beginTail()
    let argument = builder.inputValues([
      InputValueDefinition(name: "where", type: TypeReference(start.filter))
    ])
    builder.defineObject(
      start.query,
      fields: [FieldDefinition(name: "books", arguments: argument, type: TypeReference(start.book))]
    )
    let schema = try builder.build(query: start.query)
    #expect(schema.inputField(named: "pages", of: start.filter) == nil)
    let year = try #require(schema.inputField(named: "year", of: start.filter))
    #expect(schema.coercedDefault(of: year) != nil)
    #expect(schema.field(named: "title", of: start.book) == nil)
    #expect(schema.field(named: "name", of: start.book) != nil)
    #expect(schema.abandonedMembers == 1)
    #expect(schema.isWhollyReachable)
    #expect(start.schema.inputField(named: "pages", of: start.filter) != nil)
    #expect(start.schema.field(named: "title", of: start.book) != nil)
  }

  @Test func findsWhatNothingLeadsTo() throws {
    let start = try Start()
    #expect(start.schema.isWhollyReachable)
    var builder = start.builder
    builder.beginTail()
    builder.defineObject(
      start.query,
      fields: [FieldDefinition(name: "books", type: TypeReference(start.book))]
    )
    #expect(try !builder.build(query: start.query).isWhollyReachable)
  }

  @Test func refusesARootTypeThatIsNotDefinedAgain() throws {
    let start = try Start()
    #expect(throws: SchemaError(reason: .undefinedType, name: "Query")) {
      try start.builder.build(query: start.query)
    }
  }
}

extension Schema {
  fileprivate func type(named name: String) -> TypeID? { type(named: name.utf8Span.span) }

  fileprivate func field(named name: String, of type: TypeID) -> FieldID? {
    field(named: name.utf8Span.span, of: type)
  }

  fileprivate func inputField(named name: String, of type: TypeID) -> InputValueID? {
    inputField(named: name.utf8Span.span, of: type)
  }
}
