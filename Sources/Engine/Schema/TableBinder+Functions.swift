import Catalog
import Metadata
import SQLCompiler

// Computed fields of tables, and tracked functions.
extension TableBinder {
  private var functionBinder: FunctionBinder {
    FunctionBinder(catalog: catalog, types: types, tables: indices, naming: naming)
  }

  /// Gives a table its computed fields, all of which permissions may look into.
  mutating func bindComputedFields(
    of index: Int,
    _ tracked: TrackedTable,
    _ permission: EffectivePermission?
  ) {
    let binder = functionBinder
    for field in tracked.computedFields where field.name.isGraphQLName {
      guard var (bound, visible) = binder.bind(field, of: tracked.table) else { continue }
      visible.index = tables[index].bound.computedFields.count
      tables[index].bound.computedFields.append(bound)
      bound = tables[index].bound.computedFields[visible.index]
      // Rows are seen by the permission on their table, values by that on the field.
      let isShown =
        visible.rows != nil || role == Session.adminRole
        || permission?.shows(computedField: field.name) == true
      if isShown { tables[index].computedFields.append(visible) }
    }
    tables[index].computedFields.sort { $0.name < $1.name }
    guard role != Session.adminRole, permission != nil else { return }
    let hasValue = tables[index].computedFields.contains { $0.rows == nil }
    if hasValue { tables[index].isVisible = true }
  }

  /// The tracked functions that the role may call, by the names of their fields.
  func bindFunctions() -> [VisibleFunction] {
    var functions: [VisibleFunction] = []
    let binder = functionBinder
    for tracked in source.functions where !excludedFunctions.contains(tracked.function) {
      guard let function = binder.bind(tracked), tables[function.table].isVisible,
        function.fieldName.isGraphQLName, permits(tracked, function)
      else { continue }
      functions.append(function)
    }
    for query in queries {
      if let function = bind(query) { functions.append(function) }
    }
    return functions.sorted { $0.fieldName < $1.fieldName }
  }

  // MARK: - Native queries

  /// A native query as a function that returns rows of its model; nil where the role sees none of it.
  private func bind(_ query: NativeQuery) -> VisibleFunction? {
    let name = ModelTables.name(of: query)
    guard !excludedFunctions.contains(name),
      let (bound, arguments) = bind(query, isMatched: query.hasRelationships),
      let table = bound.table, tables[table].isVisible
    else { return nil }
    let root = SchemaNaming.Part(query.rootField, isCustom: true)
    return VisibleFunction(
      name: name,
      bound: bound,
      table: table,
      exposure: .query,
      arguments: arguments,
      fieldName: naming.root([root]),
      aggregateName: "",
      argumentsComment: "\(query.rootField) Native Query Arguments",
      argumentsName: naming.type([root, SchemaNaming.Part("arguments")]),
      comment: query.description
    )
  }

  /// What a call of a native query is, and what a request gives it; nil where an argument has no GraphQL
  /// type.
  ///
  /// `isMatched` says that its rows stand in a statement with those of others: then its columns are made
  /// what the model says that they are.
  func bind(
    _ query: NativeQuery,
    isMatched: Bool
  ) -> (bound: BoundFunction, arguments: [VisibleFunction.Argument])? {
    guard let parts = try? query.parts(),
      let table = indices[ModelTables.rows(of: query)] ?? indices[ModelTables.name(of: query.model)]
    else { return nil }
    var bound = BoundFunction(
      sqlName: query.rootField,
      arguments: [],
      table: table,
      returnsSet: true
    )
    var code: [FunctionCall.CodePart] = parts.map { part in
      switch part {
      case .text(let text): .text(text)
      case .argument(let index): .argument(index)
      }
    }
    if isMatched {
      let columns = tables[table].bound.columns.map {
        "q.\($0.sqlName)::\($0.type.sqlName) as \($0.sqlName)"
      }
      code.insert(.text("select \(columns.joined(separator: ", ")) from ("), at: 0)
      code.append(.text("\n) as q"))
    }
    bound.code = code
    var arguments: [VisibleFunction.Argument] = []
    for (index, argument) in query.arguments.enumerated() {
      guard let id = catalog.type(namedInModels: argument.type) else { return nil }
      let type = types.resolved(id)
      guard argument.name.isGraphQLName, let columnType = types.columnType(type) else { return nil }
      bound.arguments.append(
        BoundFunction.Argument(
          name: argument.name,
          type: types.boundType(type),
          hasDefault: argument.isNullable,
          role: .given
        )
      )
      arguments.append(
        VisibleFunction.Argument(
          index: index,
          name: argument.name,
          type: columnType,
          description: argument.description ?? "Native query argument \(argument.name)",
          isRequired: !argument.isNullable
        )
      )
    }
    return (bound, arguments)
  }

  /// Whether the role may call a function.
  ///
  /// Whoever may read the rows may ask a function for them, unless the server wants each function to
  /// be permitted by itself. What may change something always has to be.
  private func permits(_ tracked: TrackedFunction, _ function: VisibleFunction) -> Bool {
    if role == Session.adminRole { return true }
    if options.infersFunctionPermissions && function.exposure == .query { return true }
    return hierarchy.permits(role, tracked)
  }
}
