import JSON
import Metadata
import Testing

struct ActionCommandTests {
  private static let types: JSONValue = [
    "type": "set_custom_types",
    "args": ["objects": [["name": "Out", "fields": [["name": "id", "type": "Int!"]]]]],
  ]

  private static func action(_ definition: JSONObject) -> JSONValue {
    var whole: JSONObject = ["handler": "http://h", "output_type": "Out", "arguments": []]
    for member in definition.members { whole[member.key] = member.value }
    return ["type": "create_action", "args": ["name": "act", "definition": .object(whole)]]
  }

  private func editor() throws -> MetadataEditor {
    var editor = MetadataEditor(Metadata(), in: DatabaseContext(catalogs: [:]))
    _ = try editor.apply(try MetadataRequest(parsing: Self.types).command)
    return editor
  }

  private func run(_ call: JSONValue, on editor: inout MetadataEditor) throws -> JSONValue {
    try editor.apply(try MetadataRequest(parsing: call).command)
  }

  @Test func keepsWhatWasGivenInHasurasForm() throws {
    var editor = try editor()
    _ = try run(
      Self.action([
        "kind": "asynchronous", "timeout": 5, "forward_client_headers": true,
        "arguments": [["name": "a", "type": "[String!]!"]],
        "headers": [["name": "h", "value_from_env": "V"]],
      ]),
      on: &editor
    )
    _ = try run(
      ["type": "create_action_permission", "args": ["action": "act", "role": "user"]],
      on: &editor
    )
    #expect(
      editor.metadata.others["actions"]?.text
        == #"[{"name":"act","definition":{"handler":"http://h","output_type":"Out","#
        + #""arguments":[{"name":"a","type":"[String!]!"}],"headers":[{"name":"h","value_from_env":"V"}],"#
        + #""forward_client_headers":true,"timeout":5,"kind":"asynchronous"},"#
        + #""permissions":[{"role":"user"}]}]"#
    )
    let encoded = editor.metadata.encoded()
    #expect(try Metadata(decoding: encoded).encoded() == encoded)
  }

  @Test(
    arguments: [
      (
        ["output_type": "Gone"],
        "the type: \"Gone\" is not an object or scalar type defined in custom types"
      ),
      (
        ["arguments": [["name": "a", "type": "Out"]]],
        "the argument's base type: \"Out\" should be a scalar/enum/input_object"
      ),
      (
        ["arguments": [["name": "a", "type": "Gone!"]]],
        "the type: \"Gone\" is not defined in custom types"
      ),
    ] as [(JSONObject, String)]
  )
  func refusesTypesThatAreNotThere(definition: JSONObject, message: String) throws {
    var editor = try editor()
    let error = #expect(throws: MetadataError.self) {
      try run(Self.action(definition), on: &editor)
    }
    #expect(error?.message == "Inconsistent object: in action \"act\"; \(message)")
    #expect(error?.code == .invalidConfiguration)
  }

  @Test(
    arguments: [
      (["kind": "later"], "expecting either 'synchronous' or 'asynchronous'"),
      (["type": "thing"], "expected type query or mutation, got: thing"),
      (["output_type": "[Out"], "not a valid GraphQL type: [Out"),
      (["headers": [["name": "h"]]], "expecting value or value_from_env keys"),
    ] as [(JSONObject, String)]
  )
  func refusesWhatCannotBeRead(definition: JSONObject, message: String) {
    let error = #expect(throws: MetadataError.self) {
      try MetadataRequest(parsing: Self.action(definition))
    }
    #expect(error?.message == message)
    #expect(error?.code == .parseFailed)
  }

  @Test func refusesToDropTypesThatAnActionUses() throws {
    var editor = try editor()
    _ = try run(Self.action([:]), on: &editor)
    let error = #expect(throws: MetadataError.self) {
      try run(["type": "set_custom_types", "args": [:]], on: &editor)
    }
    #expect(error?.message == "cannot continue due to new inconsistent metadata")
    _ = try run(["type": "drop_action", "args": ["name": "act"]], on: &editor)
    _ = try run(["type": "set_custom_types", "args": [:]], on: &editor)
    #expect(editor.metadata.others.isEmpty)
    let gone = #expect(throws: MetadataError.self) {
      try run(["type": "drop_action", "args": ["name": "act"]], on: &editor)
    }
    #expect(gone?.message == "action with name \"act\" does not exist")
  }
}
