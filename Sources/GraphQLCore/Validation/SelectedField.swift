/// A field that a document selects, whatever its variables say.
package struct SelectedField: Sendable {
  /// Under which the field stands in the response.
  package let responseName: String
  package let fieldName: String
  /// Nil where the type has no such field.
  package let definition: FieldID?
  package let selections: [SelectedField]
}

extension Document {
  /// The fields that the first operation selects on a root type, fragments written out.
  ///
  /// A fragment within itself is left out the second time.
  package func selectedFields(in schema: Schema) -> [SelectedField] {
    let operation = definitions.first { kind($0) == .operation }
    guard let operation, let root = schema.rootType(for: operationKind(operation)),
      let set = selectionSet(of: operation)
    else { return [] }
    return selectedFields(of: set, on: root, schema, within: [])
  }

  private func selectedFields(
    of set: NodeID,
    on type: TypeID,
    _ schema: Schema,
    within visited: Set<NameID>
  ) -> [SelectedField] {
    children(of: set).flatMap { selection -> [SelectedField] in
      switch kind(selection) {
      case .field:
        let definition = schema.field(named: name(selection), of: type)
        let target = definition.map { schema[$0].type.type }
        var selections: [SelectedField] = []
        if let target, let inner = selectionSet(of: selection) {
          selections = selectedFields(of: inner, on: target, schema, within: visited)
        }
        return [
          SelectedField(
            responseName: text(responseName(selection)),
            fieldName: name(selection),
            definition: definition,
            selections: selections
          )
        ]
      case .fragmentSpread:
        let spread = nameID(selection)
        let fragment = definitions.first {
          kind($0) == .fragmentDefinition && nameID($0) == spread
        }
        guard !visited.contains(spread), let content = fragment.flatMap({ selectionSet(of: $0) })
        else { return [] }
        return selectedFields(of: content, on: type, schema, within: visited.union([spread]))
      default:
        guard let content = selectionSet(of: selection) else { return [] }
        return selectedFields(of: content, on: type, schema, within: visited)
      }
    }
  }
}
