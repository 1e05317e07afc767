import Testing

@testable import GraphQLCore

struct SchemaBuilderTests {
  @Test func resolvesForwardReferencesAndFindsByName() throws {
    var builder = SchemaBuilder()
    let book = builder.type("Book")
    let query = builder.type("Query")
    let limit = builder.inputValues([
      InputValueDefinition(name: "limit", type: TypeReference(.int), defaultValue: .int("10"))
    ])
    builder.defineObject(
      query,
      fields: [
        FieldDefinition(
          name: "books",
          arguments: limit,
          type: TypeReference(book).nonNull.list.nonNull
        )
      ]
    )
    let fields = builder.defineObject(
      book,
      fields: [FieldDefinition(name: "title", type: TypeReference(.string))]
    )
    let schema = try builder.build(query: query)

    let books = try #require(schema.field(named: "books", of: query))
    #expect(schema.field(named: "title", of: book) == FieldID(fields.lowerBound))
    #expect(schema.field(named: "title", of: query) == nil)
    #expect(schema.argument(named: "limit", of: books) == InputValueID(limit.lowerBound))
    #expect(schema.name(of: schema[books].type) == "[Book!]!")
    #expect(schema.type(named: "Book") == book)
    #expect(schema.type(named: "book") == nil)
    #expect(schema[.int].isListed)
    #expect(!schema[.float].isListed)
  }

  @Test func refusesATypeThatWasNeverDefined() {
    var builder = SchemaBuilder()
    let query = builder.type("Query")
    let missing = builder.type("Missing")
    builder.defineObject(
      query,
      fields: [FieldDefinition(name: "a", type: TypeReference(missing))]
    )
    #expect(throws: SchemaError(reason: .undefinedType, name: "Missing")) {
      try builder.build(query: query)
    }
  }

  @Test func refusesATypeThatIsDefinedTwice() {
    var builder = SchemaBuilder()
    let query = builder.type("Query")
    builder.defineObject(query, fields: [])
    builder.defineObject(query, fields: [])
    #expect(throws: SchemaError(reason: .typeDefinedTwice, name: "Query")) {
      try builder.build(query: query)
    }
  }

  @Test func refusesARootThatIsNoObject() {
    var builder = SchemaBuilder()
    let query = builder.type("Query")
    builder.defineScalar(query)
    #expect(throws: SchemaError(reason: .rootTypeIsNoObject, name: "Query")) {
      try builder.build(query: query)
    }
  }

  @Test func findsEachOfManyNames() throws {
    var builder = SchemaBuilder()
    let query = builder.type("Query")
    let types = (0..<3000).map { builder.type("type_\($0)") }
    for (number, type) in types.enumerated() {
      builder.defineObject(
        type,
        fields: (0..<10)
          .map { FieldDefinition(name: "field_\(number)_\($0)", type: TypeReference(.int)) }
      )
    }
    builder.defineObject(
      query,
      fields: types.map { FieldDefinition(name: "f\($0.index)", type: TypeReference($0)) }
    )
    let schema = try builder.build(query: query)
    for (number, type) in types.enumerated() {
      #expect(schema.type(named: "type_\(number)") == type)
      let field = try #require(schema.field(named: "field_\(number)_7", of: type))
      #expect(schema[field].name == "field_\(number)_7")
    }
  }
}

struct TypeReferenceTests {
  @Test func wrapsAndUnwraps() throws {
    let type = TypeReference(.int).nonNull.list.list.nonNull
    #expect(type.isNonNull)
    #expect(type.isList)
    #expect(type.listDepth == 2)
    let inner = try #require(type.item?.item)
    #expect(type.item?.isNonNull == false)
    #expect(inner == TypeReference(.int).nonNull)
    #expect(inner.item == nil)
    #expect(type.type == .int)
  }

  @Test func holdsThirtyLists() {
    var type = TypeReference(.int).nonNull
    for _ in 0..<30 { type = type.list.nonNull }
    #expect(type.listDepth == 30)
    for _ in 0..<30 { type = type.item ?? type }
    #expect(type == TypeReference(.int).nonNull)
  }
}
