import JSON

/// The metadata of an action that is called later, and answers with a note.
enum AsynchronousAction {
  static let definition: JSONValue = [
    "name": "act",
    "definition": [
      "type": "mutation", "kind": "asynchronous", "handler": "http://h/act",
      "output_type": "Result", "arguments": [],
    ],
  ]

  static let types: JSONValue = [
    "objects": [["name": "Result", "fields": [["name": "note", "type": "String"]]]]
  ]
}
