import GraphQLCore
import Testing

@Suite struct SchemaPrinterTests {
  /// Printed by the reference implementation, so that printing what it describes gives it back.
  static let everything = #"""
    schema {
      query: query_root
    }

    directive @cached(
      """measured in seconds"""
      ttl: Int! = 60
      refresh: Boolean! = false
    ) repeatable on QUERY | FIELD

    """
    A description that is longer than seventy characters, and so stands on a line of its own.
    """
    type query_root implements Named & Node {
      name: String

      """the id"""
      id: ID!

      """
      Two
        lines
      """
      rows(first: Int = 10, filter: Filter = { name: "a" }): [Row!]!

      """list"""
      more(
        """how many"""
        first: Int

        """
        ends with a quote "
        """
        text: String = "a\nb"
        kinds: [Kind!] = [A, B]
      ): [Row] @deprecated
      old: Int @deprecated(reason: "use `more`")
    }

    interface Named implements Node {
      name: String
      id: ID!
    }

    interface Node {
      id: ID!
    }

    union Row = query_root | Other

    type Other

    input Filter {
      name: String
      deeper: Filter

      """one"""
      kind: Kind = A
    }

    input Choice @oneOf {
      a: Int
      b: Int
    }

    enum Kind {
      """column name"""
      A

      """column name"""
      B @deprecated
      C
    }

    """digits"""
    scalar bigint

    scalar date @specifiedBy(url: "https://www.postgresql.org")
    """#

  @Test func printsWhatItRead() throws {
    #expect(try Schema(parsing: Self.everything).sdl() == Self.everything)
  }

  @Test func leavesOutTheSchemaWhereItsRootsHaveTheirUsualNames() throws {
    let text = "type Query {\n  a: Int\n}\n\ntype Mutation {\n  b: Int\n}"
    #expect(try Schema(parsing: text).sdl() == text)
  }
}
