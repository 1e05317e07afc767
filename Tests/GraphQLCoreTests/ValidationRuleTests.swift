import Testing

@testable import GraphQLCore

/// Each rule by itself, with a document that it refuses.
struct ValidationRuleTests {
  private static let sdl = """
    directive @once on FIELD
    directive @arg(a: Int!) repeatable on FIELD
    type Query { dog: Dog pet: Pet named: Named find(id: Int!, by: By, one: One): Dog a: Int }
    type Subscription { one: Int two: Int }
    interface Named { name: String }
    type Dog implements Named { name: String barks: Boolean owner: Human old: Int @deprecated }
    type Human implements Named { name: String }
    union Pet = Dog
    input By { name: String age: Int! }
    input One @oneOf { a: Int b: Int }
    """

  @Test(
    arguments: [
      (.executableDefinitions, "type A { a: Int }", "The \"A\" definition is not executable."),
      (
        .knownOperationTypes, "mutation { a }",
        "The mutation operation is not supported by the schema."
      ),
      (
        .uniqueOperationNames, "query A { a } query A { a }",
        "There can be only one operation named \"A\"."
      ),
      (
        .loneAnonymousOperation, "{ a } query A { a }",
        "This anonymous operation must be the only defined operation."
      ),
      (
        .singleFieldSubscriptions, "subscription S { one two }",
        "Subscription \"S\" must select only one top level field."
      ),
      (
        .singleFieldSubscriptions, "subscription { one @skip(if: true) }",
        "Anonymous Subscription must not use `@skip` or `@include` directives in the top level"
          + " selection."
      ),
      (.knownTypeNames, "{ ... on Cat { a } }", "Unknown type \"Cat\"."),
      (
        .fragmentsOnCompositeTypes, "fragment F on Int { a }",
        "Fragment \"F\" cannot condition on non composite type \"Int\"."
      ),
      (
        .variablesAreInputTypes, "query ($d: Dog!) { a }",
        "Variable \"$d\" cannot be non-input type \"Dog!\"."
      ),
      (
        .scalarLeafs, "{ a { b } }",
        "Field \"a\" must not have a selection since type \"Int\" has no subfields."
      ),
      (
        .scalarLeafs, "{ dog }",
        "Field \"dog\" of type \"Dog\" must have a selection of subfields. Did you mean \"dog { ..."
          + " }\"?"
      ),
      (
        .fieldsOnCorrectType, "{ named { barks } }",
        "Cannot query field \"barks\" on type \"Named\"."
      ),
      (
        .uniqueFragmentNames, "fragment F on Dog { name } fragment F on Dog { name }",
        "There can be only one fragment named \"F\"."
      ),
      (.knownFragmentNames, "{ ...F }", "Unknown fragment \"F\"."),
      (.noUnusedFragments, "{ a } fragment F on Dog { name }", "Fragment \"F\" is never used."),
      (
        .possibleFragmentSpreads, "{ pet { ... on Human { name } } }",
        "Fragment cannot be spread here as objects of type \"Pet\" can never be of type \"Human\"."
      ),
      (
        .noFragmentCycles, "fragment F on Dog { ...F }",
        "Cannot spread fragment \"F\" within itself."
      ),
      (
        .uniqueVariableNames, "query ($a: Int, $a: Int) { a }",
        "There can be only one variable named \"$a\"."
      ),
      (
        .noUndefinedVariables, "query Q { find(id: $a) { name } }",
        "Variable \"$a\" is not defined by operation \"Q\"."
      ),
      (.noUnusedVariables, "query ($a: Int) { a }", "Variable \"$a\" is never used."),
      (.knownDirectives, "{ a @none }", "Unknown directive \"@none\"."),
      (
        .knownDirectives, "query @once { a }",
        "Directive \"@once\" may not be used on query."
      ),
      (
        .uniqueDirectivesPerLocation, "{ a @once @arg(a: 1) @arg(a: 1) @once }",
        "The directive \"@once\" can only be used once at this location."
      ),
      (
        .knownArgumentNames, "{ dog(id: 1) { name } }",
        "Unknown argument \"id\" on field \"Query.dog\"."
      ),
      (
        .knownArgumentNames, "{ a @once(b: 1) }",
        "Unknown argument \"b\" on directive \"@once\"."
      ),
      (
        .uniqueArgumentNames, "{ find(id: 1, id: 2) { name } }",
        "There can be only one argument named \"id\"."
      ),
      (
        .valuesOfCorrectType, "{ find(id: 1, by: {name: \"x\"}) { name } }",
        "Expected value of type \"By\" to include required field \"age\", found: { name: \"x\" }."
      ),
      (
        .valuesOfCorrectType, "{ find(id: 1, one: {a: 1, b: 2}) { name } }",
        "Within OneOf Input Object type \"One\", exactly one field must be specified, and the value"
          + " for that field must be non-null."
      ),
      (
        .valuesOfCorrectType, "{ find(id: 2147483648) { name } }",
        "Int cannot represent non 32-bit signed integer value: 2147483648"
      ),
      (
        .providedRequiredArguments, "{ find { name } }",
        "Argument \"Query.find(id:)\" of type \"Int!\" is required, but it was not provided."
      ),
      (
        .providedRequiredArguments, "{ a @arg }",
        "Argument \"@arg(a:)\" of type \"Int!\" is required, but it was not provided."
      ),
      (
        .variablesInAllowedPosition, "query ($a: Int) { find(id: $a) { name } }",
        "Variable \"$a\" of type \"Int\" used in position expecting type \"Int!\"."
      ),
      (
        .variablesInAllowedPosition, "query ($a: Int) { find(id: 1, one: {a: $a}) { name } }",
        "Variable \"$a\" is of type \"Int\" but must be non-nullable to be used for OneOf Input"
          + " Object \"One\"."
      ),
      (
        .overlappingFieldsCanBeMerged, "{ dog { x: name x: barks } }",
        "Fields \"x\" conflict because \"name\" and \"barks\" are different fields. Use different"
          + " aliases on the fields to fetch both if this was intentional."
      ),
      (
        .overlappingFieldsCanBeMerged, "{ find(id: 1) { name } find(id: 2) { name } }",
        "Fields \"find\" conflict because they have differing arguments. Use different aliases on"
          + " the fields to fetch both if this was intentional."
      ),
      (
        .uniqueInputFieldNames, "{ find(id: 1, by: {age: 1, age: 2}) { name } }",
        "There can be only one input field named \"age\"."
      ),
      (
        .noDeprecated, "{ dog { old } }",
        "The field Dog.old is deprecated. No longer supported"
      ),
      (
        .noSchemaIntrospection, "{ __schema { description } }",
        "GraphQL introspection has been disabled, but the requested query contained the field"
          + " \"__schema\"."
      ),
    ] as [(ValidationRule, String, String)]
  )
  func refuses(rule: ValidationRule, document: String, message: String) throws {
    let errors = validate(
      try Document(parsing: document),
      against: try Schema(parsing: Self.sdl),
      rules: [rule]
    )
    #expect(errors.map(\.message) == [message])
  }

  @Test func takesADocumentThatUsesEverything() throws {
    let document = try Document(
      parsing: """
        query Q($id: Int! = 1, $a: Int!) {
          find(id: $id, by: {age: $a, name: null}, one: {b: $a}) { ...D owner { name } }
          again: find(id: 2) @arg(a: 1) @arg(a: 2) { name }
          pet { ... on Dog { name } ... on Named { name } __typename }
          __type(name: "Dog") { name }
        }
        fragment D on Named { name @skip(if: false) ... on Dog { barks } }
        """
    )
    #expect(validate(document, against: try Schema(parsing: Self.sdl)).isEmpty)
  }
}
