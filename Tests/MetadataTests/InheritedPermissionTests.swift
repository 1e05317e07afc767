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
      Permission(role: "author", definition: 1), Permission(role: "editor", definition: 2),
      Permission(role: "chief", definition: 3),
    ]
    #expect(hierarchy.writeDefinition(of: "both", in: permissions) == .conflict)
    #expect(hierarchy.writeDefinition(of: "child", in: permissions) == .permission(3))
    #expect(hierarchy.writeDefinition(of: "stranger", in: permissions) == .nothing)
  }

  @Test func rolesThatInheritFromEachOtherHaveNothingAndEnd() {
    let hierarchy = RoleHierarchy(["one": ["other"], "other": ["one"]])
    let permissions = [Permission(role: "third", definition: 1)]
    #expect(hierarchy.writeDefinition(of: "one", in: permissions) == .nothing)
  }
}
