import Catalog
import JSON
import Metadata
import SQLCompiler

/// Says what functions of the database are to the schema and to SQL.
struct FunctionBinder {
  let catalog: Catalog
  let types: TypeBinder
  /// The tracked tables by their name.
  let tables: [TableName: Int]
  let naming: SchemaNaming

  /// A function with its arguments; nil where one that has to be given has no GraphQL type.
  func bind(
    _ function: Function,
    table: Int?,
    row: Int? = nil,
    session: Int? = nil
  ) -> (bound: BoundFunction, arguments: [VisibleFunction.Argument])? {
    var bound = BoundFunction(
      sqlName: function.name.schema.quotedSQLIdentifier + "."
        + function.name.name.quotedSQLIdentifier,
      arguments: [],
      table: table,
      returnsSet: function.returnsSet,
      isVolatile: function.volatility == .volatile
    )
    var arguments: [VisibleFunction.Argument] = []
    var unnamed = 0
    for (index, argument) in function.arguments.enumerated() {
      let type = types.resolved(argument.type)
      let role: BoundFunction.Role = index == row ? .row : index == session ? .session : .given
      bound.arguments.append(
        BoundFunction.Argument(
          name: argument.name.isEmpty ? nil : argument.name,
          type: types.boundType(type),
          hasDefault: argument.hasDefault,
          role: role
        )
      )
      guard role == .given else { continue }
      if argument.name.isEmpty { unnamed += 1 }
      let name = naming.field(argument.name.isEmpty ? "arg_\(unnamed)" : argument.name)
      guard name.isGraphQLName, let columnType = types.columnType(type) else {
        guard argument.hasDefault else { return nil }
        continue
      }
      arguments.append(VisibleFunction.Argument(index: index, name: name, type: columnType))
    }
    return (bound, arguments)
  }

  /// A computed field of a table; nil where it comes to nothing.
  ///
  /// What does not hold is reported where the metadata are checked.
  func bind(
    _ field: ComputedField,
    of table: TableName
  ) -> (bound: BoundComputedField, visible: VisibleComputedField)? {
    guard
      case .success(let resolved) = field.resolved(
        of: table,
        in: catalog,
        tracked: Set(tables.keys)
      )
    else { return nil }
    var rows: Int?
    var type = types.resolved(resolved.function.returnType)
    switch resolved.kind {
    case .rows(let name):
      guard let index = tables[name] else { return nil }
      rows = index
    case .scalar(let id): type = types.resolved(id)
    }
    let columnType = rows == nil ? types.columnType(type) : nil
    guard rows != nil || columnType != nil,
      let (function, arguments) = bind(
        resolved.function,
        table: rows,
        row: resolved.tableArgument,
        session: resolved.sessionArgument
      )
    else { return nil }
    let description = TableBinder.description(
      field.comment,
      resolved.function.comment,
      "A computed field, executes function \"\(field.function)\""
    )
    return (
      BoundComputedField(
        name: field.name,
        function: function,
        type: types.boundType(type),
        numericAggregateEncoding: types.numericAggregateEncoding(of: type)
      ),
      VisibleComputedField(
        index: 0,
        name: field.name,
        description: description,
        arguments: arguments,
        type: columnType,
        rows: rows
      )
    )
  }

  /// A tracked function; nil where it comes to nothing.
  func bind(_ tracked: TrackedFunction) -> VisibleFunction? {
    guard case .success(let resolved) = tracked.resolved(in: catalog),
      let table = tables[resolved.table],
      let (bound, arguments) = bind(
        resolved.function,
        table: table,
        session: resolved.sessionArgument
      )
    else { return nil }
    let configuration = tracked.configuration
    let name = SchemaNaming.Part(
      tracked.fieldName,
      isCustom: configuration.customName != nil
    )
    func root(_ custom: String?, _ word: String?) -> String {
      if let custom { return naming.root([SchemaNaming.Part(custom, isCustom: true)]) }
      return naming.root([name] + (word.map { [SchemaNaming.Part($0)] } ?? []))
    }
    return VisibleFunction(
      name: tracked.function,
      bound: bound,
      table: table,
      exposure: resolved.exposure,
      arguments: arguments,
      fieldName: root(configuration.functionField, nil),
      aggregateName: root(configuration.aggregateField, "aggregate"),
      connectionName: naming.root(
        [configuration.functionField.map { SchemaNaming.Part($0, isCustom: true) } ?? name]
          + [SchemaNaming.Part("connection")]
      ),
      argumentsName: naming.type([name, SchemaNaming.Part("args")]),
      comment: tracked.comment
    )
  }
}
