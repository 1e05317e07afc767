import GraphQLCore
import SQLCompiler

// What updates take.
extension SchemaAssembly {
  /// What an update finds its rows by.
  enum UpdateFilter {
    case condition
    case key
  }

  /// The operators that the role can change columns with, and the columns of each.
  func changes(
    of table: Int
  ) -> [(change: ChangeOperator, columns: [VisibleTable.VisibleColumn])] {
    let visible = tables[table]
    guard let update = visible.writes.update else { return [] }
    let columns = visible.columns(at: update.columns)
    return ChangeOperator.graphQL.compactMap { change in
      let changed = columns.filter { change.applies(to: $0.type) }
      return changed.isEmpty ? nil : (change, changed)
    }
  }

  /// The operators and what says which rows change.
  mutating func changeMembers(
    of table: Int,
    filtered filter: UpdateFilter
  ) throws(NameConflict) -> Members<InputValueDefinition, InputBinding> {
    var members = Members<InputValueDefinition, InputBinding>()
    for (change, _) in changes(of: table) {
      members.append(
        InputValueDefinition(
          name: change.rawValue,
          description: change.description,
          type: try reference(to: change.inputType, of: table)
        ),
        .change(change)
      )
    }
    switch filter {
    case .condition:
      members.append(
        InputValueDefinition(
          name: "where",
          description: "filter the rows which have to be updated",
          type: try reference(to: .boolExp, of: table).nonNull
        ),
        .whereArgument
      )
    case .key:
      members.append(
        InputValueDefinition(
          name: "pk_columns",
          type: try reference(to: .keyColumnsInput, of: table).nonNull
        ),
        .keyColumns
      )
      try appendPrecondition(of: table, to: &members)
    }
    try appendRelated(of: table, to: &members)
    return members
  }

  /// `if`, which a row that is found by its key has to meet.
  mutating func appendPrecondition(
    of table: Int,
    to members: inout Members<InputValueDefinition, InputBinding>
  ) throws(NameConflict) {
    guard !members.definitions.contains(where: { $0.name == "if" }) else { return }
    members.append(
      InputValueDefinition(
        name: "if",
        description: "what the row has to be; otherwise the request fails and changes nothing",
        type: try reference(to: .boolExp, of: table)
      ),
      .precondition
    )
  }

  // MARK: - Types

  mutating func defineUpdates(of table: Int, _ id: TypeID) throws(NameConflict) {
    define(
      inputObject: id,
      description: nil,
      try changeMembers(of: table, filtered: .condition).sorted
    )
  }

  mutating func defineKeyColumns(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    var members = Members<InputValueDefinition, InputBinding>()
    for column in visible.primaryKeyColumns ?? [] {
      members.append(
        InputValueDefinition(
          name: column.name,
          description: column.description,
          type: try reference(to: column.type, for: table).nonNull,
          takesTexts: true
        ),
        .primaryKeyColumn(column.index)
      )
    }
    define(
      inputObject: id,
      description: "primary key columns input for table: \(visible.plainName)",
      members.sorted
    )
  }

  mutating func defineChange(
    _ change: ChangeOperator,
    of table: Int,
    _ id: TypeID
  ) throws(NameConflict) {
    var members = Members<InputValueDefinition, InputBinding>()
    for column in changes(of: table).first(where: { $0.change == change })?.columns ?? [] {
      let type: TypeReference
      var acceptsNull = column.isNullable
      switch change {
      case .set, .increment, .append, .prepend: type = try reference(to: column.type, for: table)
      case .deleteKey:
        type = TypeReference(.string)
        acceptsNull = true
      case .deleteElement:
        type = TypeReference(.int)
        acceptsNull = false
      case .deleteAtPath, .multiply, .useDefault:
        type = TypeReference(.string).nonNull.list
        acceptsNull = false
      }
      members.append(
        InputValueDefinition(
          name: column.name,
          description: column.description,
          type: type,
          takesTexts: change == .set || change == .increment
        ),
        .changedColumn(column.index, acceptsNull: acceptsNull)
      )
    }
    let quoted = tables[table].displayName.inQuotes
    let description =
      switch change {
      case .set: "input type for updating data in table \(quoted)"
      case .increment: "input type for incrementing numeric columns in table \(quoted)"
      default: change.description
      }
    define(inputObject: id, description: description, members.sorted)
  }
}

extension ChangeOperator {
  fileprivate func applies(to type: ColumnType) -> Bool {
    switch self {
    case .set: true
    case .increment: type.isNumeric
    default: type.isPlainScalar && type.family == .jsonb
    }
  }

  fileprivate var inputType: TableType {
    switch self {
    case .set: .setInput
    case .increment: .incrementInput
    case .prepend: .prependInput
    case .append: .appendInput
    case .deleteKey: .deleteKeyInput
    case .deleteElement: .deleteElementInput
    case .deleteAtPath, .multiply, .useDefault: .deleteAtPathInput
    }
  }

  fileprivate var description: String {
    switch self {
    case .set: "sets the columns of the filtered rows to the given values"
    case .increment: "increments the numeric columns with given value of the filtered values"
    case .prepend: "prepend existing jsonb value of filtered columns with new jsonb value"
    case .append: "append existing jsonb value of filtered columns with new jsonb value"
    case .deleteKey:
      "delete key/value pair or string element. key/value pairs are matched based on their key value"
    case .deleteElement:
      "delete the array element with specified index (negative integers count from the end). "
        + "throws an error if top level container is not an array"
    case .deleteAtPath, .multiply, .useDefault:
      "delete the field or element with specified path (for JSON arrays, negative integers count "
        + "from the end)"
    }
  }
}
