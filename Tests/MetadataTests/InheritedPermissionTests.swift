import JSON
import Metadata
import Testing

/// What roles that inherit may write: what all parents agree on.
@Suite struct InheritedPermissionTests {
  private func library(_ update: String) throws -> LibraryFixture {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    for (role, filter) in [("author", "{}"), ("editor", update)] {
      _ = try library.send(
        #"{"type":"pg_create_update_permission","args":{"table":"article","role":"\#(role)","#
          + #""permission":{"columns":["id"],"filter":\#(filter)}}}"#
      )
    }
    _ = try library.send(
      #"{"type":"add_inherited_role","args":{"role_name":"both","role_set":["author","editor"]}}"#
    )
    return library
  }

  private static let question = #"{"type":"get_inconsistent_metadata","args":{}}"#

  @Test func tellsWhatParentsDoNotAgreeOn() throws {
    var library = try library(#"{"id":1}"#)
    #expect(
      try library.send(Self.question)
        == #"{"is_consistent":false,"inconsistent_objects":[{"reason":"Could not inherit "#
        + #"permission for the role 'both' for the entity: 'update permission, table: article, "#
        + #"source: 'default''","name":"both","type":"inherited role permission inconsistency","#
        + #""entity":{"permission_type":"update","source":"default","table":"article"}}]}"#
    )
    _ = try library.send(
      #"{"type":"pg_create_update_permission","args":{"table":"article","role":"both","#
        + #""permission":{"columns":["id"],"filter":{}}}}"#
    )
    #expect(
      try library.send(Self.question) == #"{"is_consistent":true,"inconsistent_objects":[]}"#
    )
  }

  @Test func isSilentWhereTheyAgree() throws {
    var library = try library("{}")
    #expect(
      try library.send(Self.question) == #"{"is_consistent":true,"inconsistent_objects":[]}"#
    )
  }

  @Test func aConflictIsToldOfTheRoleThatHasItAndNotOfThoseThatInheritFromIt() throws {
    var library = try library(#"{"id":1}"#)
    let before = try library.send(Self.question)
    for role in ["child", "grandchild"] {
      let parents = role == "child" ? #"["both","reader"]"# : #"["child"]"#
      _ = try library.send(
        #"{"type":"add_inherited_role","args":{"role_name":"\#(role)","role_set":\#(parents)}}"#
      )
    }
    #expect(try library.send(Self.question) == before)
  }

  @Test func whatAParentDoesNotHaveForAConflictLeavesTheOtherParentsPermission() {
    let hierarchy = RoleHierarchy(["both": ["author", "editor"], "child": ["both", "chief"]])
    let permissions = [
      Permission(role: "author", definition: deletion(1)),
      Permission(role: "editor", definition: deletion(2)),
      Permission(role: "chief", definition: deletion(3)),
    ]
    #expect(hierarchy.writeDefinition(of: "both", in: permissions, on: nil) == .conflict)
    #expect(
      hierarchy.writeDefinition(of: "child", in: permissions, on: nil) == .permission(deletion(3))
    )
    #expect(hierarchy.writeDefinition(of: "stranger", in: permissions, on: nil) == .nothing)
  }

  @Test func rolesThatInheritFromEachOtherHaveNothingAndEnd() {
    let hierarchy = RoleHierarchy(["one": ["other"], "other": ["one"]])
    let permissions = [Permission(role: "third", definition: deletion(1))]
    #expect(hierarchy.writeDefinition(of: "one", in: permissions, on: nil) == .nothing)
  }

  private func deletion(_ id: JSONValue) -> DeletePermission {
    DeletePermission(filter: ["id": id])
  }

  @Test(
    arguments: [
      (#"{"a": {"_gt": 0}}"#, #"{"a": {"$gt": 0}}"#),
      (#"{"a": 1, "b": 2}"#, #"{"_and": [{"b": {"_eq": 2}}, {"$and": [{"a": 1}]}]}"#),
      (#"{"a": {"_gt": 0, "_lt": 9}}"#, #"{"a": {"_lt": 9, "_gt": 0}}"#),
      (#"{"_or": [{"a": 1}, {"b": {"_ne": 2}}]}"#, #"{"$or": [{"b": {"$neq": 2}}, {"a": 1}]}"#),
      (#"{"_not": {"r": {"a": 1, "b": 2}}}"#, #"{"$not": {"r": {"b": 2, "a": 1}}}"#),
      (#"{"a": "X-Hasura-User-Id"}"#, #"{"a": {"_eq": "x-hasura-user-id"}}"#),
      (
        #"{"_exists": {"_table": "t", "_where": {"a": 1, "b": 2}}}"#,
        #"{"$exists": {"$where": {"b": 2, "a": 1}, "$table": "t"}}"#
      ),
      ("{}", #"{"_and": []}"#),
    ]
  )
  func theSameConditionInOtherWordsIsTheSame(one: String, other: String) throws {
    #expect(try normal(one) == normal(other))
  }

  @Test(
    arguments: [
      (#"{"a": {"_gt": 0}}"#, #"{"a": {"_gte": 0}}"#),
      (#"{"_and": [{"a": 1}, {"b": 2}]}"#, #"{"_or": [{"a": 1}, {"b": 2}]}"#),
      (#"{"a": 1}"#, "{}"),
      // One row that is both is more than a row of each.
      (#"{"r": {"a": 1, "b": 2}}"#, #"{"_and": [{"r": {"a": 1}}, {"r": {"b": 2}}]}"#),
      // What looks like a condition may be a value.
      (#"{"a": {"_eq": {"$gt": 1}}}"#, #"{"a": {"_eq": {"_gt": 1}}}"#),
      (#"{"a": {"_in": [1, 2]}}"#, #"{"a": {"_in": [2, 1]}}"#),
      (#"{"_or": []}"#, #"{"_and": []}"#),
    ]
  )
  func anotherConditionIsAnother(one: String, other: String) throws {
    #expect(try normal(one) != normal(other))
  }

  private func normal(_ filter: String) throws -> DeletePermission {
    DeletePermission(filter: try JSONValue(parsing: Array(filter.utf8).span)).normalized(in: nil)
  }

  @Test func theOrderOfColumnsAndPresetsDoesNotMatter() {
    let one = UpdatePermission(columns: .some(["a", "b", "p"]), set: ["p": 1, "q": "X-Hasura-Q"])
    let other = UpdatePermission(columns: .some(["b", "a"]), set: ["q": "x-hasura-q", "p": 1])
    #expect(one.normalized(in: nil) == other.normalized(in: nil))
    var third = other
    third.columns = .all
    #expect(third.normalized(in: nil) != other.normalized(in: nil))
    third = other
    third.isBackendOnly = true
    #expect(third.normalized(in: nil) != other.normalized(in: nil))
  }
}
