/// What a document asks for that a schema does not have, in Hasura's words about saved queries.
///
/// It looks at fields and at the types of variables, and not at arguments: a query that is kept is
/// to be told when a table goes, and is validated in full whenever it is run.
package struct QueryDiagnosis {
  private let document: Document
  private let schema: Schema
  private let fragments: [NameID: NodeID]
  package private(set) var problems: [String] = []

  package init(_ document: Document, in schema: Schema) {
    self.document = document
    self.schema = schema
    var fragments: [NameID: NodeID] = [:]
    for definition in document.definitions where document.kind(definition) == .fragmentDefinition {
      fragments[document.nameID(definition)] = definition
    }
    self.fragments = fragments
    for operation in document.definitions where document.kind(operation) == .operation {
      diagnose(operation)
    }
  }

  private mutating func diagnose(_ operation: NodeID) {
    let kind = document.operationKind(operation)
    // Subscriptions read what queries read, also where a schema offers none.
    let root = schema.rootType(for: kind) ?? (kind == .subscription ? schema.queryType : nil)
    if let root, let set = document.selectionSet(of: operation) {
      diagnose(set, on: root, at: "$", within: [])
    } else {
      problems.append("$: type '\(kind.rawValue)_root' not found in the schema")
    }
    for definition in document.children(of: operation, .variableDefinition) {
      guard let variable = document.firstChild(of: definition, where: { $0 == .variable }),
        let type = document.type(of: definition)
      else { continue }
      diagnose(type, of: document.name(variable))
    }
  }

  private mutating func diagnose(_ type: NodeID, of variable: String) {
    let name = document.typeName(type)
    guard let id = schema.type(named: name) else {
      problems.append("$.\(variable): type '\(name)' not found in the schema")
      return
    }
    switch schema[id].kind {
    case .scalar, .enum, .inputObject: return
    case .object: report("object", name, variable)
    case .interface: report("interface", name, variable)
    case .union: report("union", name, variable)
    }
  }

  private mutating func report(_ kind: String, _ type: String, _ variable: String) {
    problems.append("$.\(variable): \(kind) '\(type)' cannot be used in an input type")
  }

  /// Fragments that contain each other are passed over the second time.
  private mutating func diagnose(
    _ set: NodeID,
    on type: TypeID,
    at path: String,
    within visited: Set<NameID>
  ) {
    for selection in document.children(of: set) {
      switch document.kind(selection) {
      case .field: diagnose(field: selection, on: type, at: path, within: visited)
      case .fragmentSpread:
        let name = document.nameID(selection)
        guard !visited.contains(name), let fragment = fragments[name],
          let content = document.selectionSet(of: fragment)
        else { continue }
        diagnose(content, on: type, at: path, within: visited.union([name]))
      default:
        guard let content = document.selectionSet(of: selection) else { continue }
        diagnose(content, on: type, at: path, within: visited)
      }
    }
  }

  private mutating func diagnose(
    field: NodeID,
    on type: TypeID,
    at path: String,
    within visited: Set<NameID>
  ) {
    let name = document.name(field)
    let place = "\(path).\(name)"
    guard let definition = schema.field(named: name, of: type) else {
      guard !["__typename", "__schema", "__type"].contains(name) else { return }
      problems.append("\(place): field '\(name)' not found in object '\(schema[type].name)'")
      return
    }
    let target = schema[definition].type.type
    let set = document.selectionSet(of: field)
    switch (schema[target].kind, set) {
    case (.object, let set?): diagnose(set, on: target, at: place, within: visited)
    case (.object, nil):
      problems.append(
        "\(place): object of type '\(schema[target].name)' must have a selection set"
      )
    case (.scalar, _?):
      problems.append("\(place): scalar '\(schema[target].name)' does not accept a selection set")
    case (.enum, _?):
      problems.append("\(place): enum '\(schema[target].name)' does not accept a selection set")
    default: return
    }
  }
}
