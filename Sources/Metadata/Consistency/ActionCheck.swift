import Catalog
import JSON

/// Checks custom types, and the actions that use them.
struct ActionCheck {
  private let types: CustomTypes
  private let metadata: Metadata
  private let context: DatabaseContext
  private(set) var inconsistencies: [InconsistentObject] = []
  /// What holds.
  private(set) var customTypes = CustomTypes()
  private(set) var actions: [JSONValue] = []

  /// `metadata` have those tables alone that hold.
  init(_ metadata: Metadata, in context: DatabaseContext) {
    types = metadata.customTypes
    self.metadata = metadata
    self.context = context
    checkTypes()
    for entry in metadata.others["actions"]?.array ?? [] {
      guard let action = try? Action(decoding: JSONCursor(entry)),
        !context.actions.contains(action.name)
      else {
        actions.append(entry)
        continue
      }
      if let failure = failure(of: action) {
        inconsistencies.append(
          InconsistentObject(
            MetadataObject(id: .action(action.name), definition: entry),
            "in action \"\(action.name)\"; \(failure)"
          )
        )
      } else {
        actions.append(entry)
      }
    }
  }

  // MARK: - Types

  private mutating func checkTypes() {
    var problems: [String] = []
    let names = types.allNames
    let repeated = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
    if !repeated.isEmpty {
      let list = repeated.sorted { $0.precedes($1) }.map { "\"\($0)\"" }
      problems.append("duplicate type names: \(list.joined(separator: ", "))")
    }
    for object in types.inputObjects {
      for field in object.fields
      where !isScalar(field.type.name) && !isInputObject(field.type.name) {
        problems.append(
          "the type \"\(field.type.name)\" for field \"\(field.name)\" in input object "
            + "\"\(object.name)\" does not exist"
        )
      }
    }
    for object in types.objects {
      for field in object.fields where !isScalar(field.type.name) && !isObject(field.type.name) {
        problems.append(
          "the type \"\(field.type.name)\" for field \"\(field.name)\" in  object type "
            + "\"\(object.name)\" does not exist"
        )
      }
      for relationship in object.relationships {
        if let problem = problem(with: relationship, of: object) { problems.append(problem) }
      }
    }
    guard !problems.isEmpty else { return customTypes = types }
    let reasons =
      problems.count == 1
      ? "because \(problems[0])"
      : "for the following reasons:\n" + problems.map { " • \($0)\n" }.joined()
    inconsistencies.append(
      InconsistentObject(
        MetadataObject(id: .customTypes, definition: types.encoded(isComplete: true)),
        "validation for the given custom types failed \(reasons)"
      )
    )
  }

  private func problem(
    with relationship: CustomTypes.Relationship,
    of object: CustomTypes.Object
  ) -> String? {
    let place = "for relationship \"\(relationship.name)\""
    let owner = "object type \"\(object.name)\""
    guard metadata.source(named: relationship.source)?.table(relationship.table) != nil,
      let table = context.catalogs[relationship.source]?.table(relationship.table)
    else {
      return "the remote table \"\(relationship.table)\" \(place) of \(owner) does not exist"
    }
    for (name, column) in relationship.mapping {
      guard let field = object.fields.first(where: { $0.name == name }) else {
        return "the field \"\(name)\" \(place) in \(owner) does not exist"
      }
      if field.type.isList {
        return "the type of the field \"\(name)\" \(place) in \(owner) is a list type"
      }
      if table.column(named: column) == nil {
        return "the column \"\(column)\" of remote table \"\(relationship.table)\" \(place) of "
          + "\(owner) does not exist"
      }
    }
    return nil
  }

  // MARK: - Actions

  private func failure(of action: Action) -> String? {
    for argument in action.arguments {
      let name = argument.type.name
      if isScalar(name) || isInputObject(name) { continue }
      return isObject(name)
        ? "the argument's base type: \"\(name)\" should be a scalar/enum/input_object"
        : "the type: \"\(name)\" is not defined in custom types"
    }
    let output = action.output.name
    guard isScalar(output) || isObject(output) else {
      return "the type: \"\(output)\" is not an object or scalar type defined in custom types"
    }
    return nil
  }

  private func isInputObject(_ name: String) -> Bool {
    types.inputObjects.contains { $0.name == name }
  }

  private func isObject(_ name: String) -> Bool { types.objects.contains { $0.name == name } }

  private func isScalar(_ name: String) -> Bool {
    types.scalars.contains { $0.name == name } || types.enums.contains { $0.name == name }
      || Self.knownScalars.contains(name)
      || context.catalogs.values.contains { catalog in catalog.types.contains { $0.name == name } }
  }

  /// The built-in scalars, and those that PostgreSQL's types become.
  private static let knownScalars: Set<String> = [
    "Int", "Float", "String", "Boolean", "ID", "smallint", "bigint", "numeric", "float8", "money",
    "bpchar", "json", "jsonb", "date", "time", "timetz", "timestamp", "timestamptz", "interval",
    "uuid", "bytea", "inet", "cidr", "macaddr", "citext", "ltree", "geometry", "geography",
  ]
}

extension CustomTypes {
  fileprivate var allNames: [String] {
    scalars.map(\.name) + enums.map(\.name) + inputObjects.map(\.name) + objects.map(\.name)
  }
}

extension Metadata {
  /// Those that can be read; actions that are built into the server are none.
  package var actions: [Action] {
    (others["actions"]?.array ?? []).compactMap { try? Action(decoding: JSONCursor($0)) }
  }

  package var customTypes: CustomTypes {
    others["custom_types"].flatMap { try? CustomTypes(decoding: JSONCursor($0)) } ?? CustomTypes()
  }
}
