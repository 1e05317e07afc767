package import Catalog

/// What a computed field comes to in its database.
package struct ResolvedComputedField: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case scalar(PostgresTypeID)
    /// Rows of a table.
    case rows(TableName)
  }

  package var function: Function
  package var kind: Kind
  /// The index of the argument that gets the row.
  package var tableArgument: Int
  /// The index of the argument that gets the session's variables.
  package var sessionArgument: Int?

  /// The arguments that a request gives, by their index.
  package var givenArguments: [Int] {
    function.arguments.indices.filter { $0 != tableArgument && $0 != sessionArgument }
  }
}

extension ComputedField {
  /// Looks the function up and checks that it can be a field of the table.
  ///
  /// Rows can only be of tables that are tracked.
  package func resolved(
    of table: TableName,
    in catalog: Catalog,
    tracked: Set<TableName>
  ) -> Result<ResolvedComputedField, FunctionFailure> {
    let overloads = catalog.functions(function)
    guard let found = overloads.first else {
      return .failure(FunctionFailure("no such function exists: \"\(function)\""))
    }
    guard overloads.count == 1 else {
      return .failure(
        FunctionFailure(
          "function \"\(function)\" is overloaded. Overloaded functions are not supported"
        )
      )
    }
    var check = ComputedFieldCheck(field: self, function: found, table: table, catalog: catalog)
    guard let resolved = check.resolve(tracked: tracked) else {
      return .failure(
        FunctionFailure(
          "the computed field \"\(name)\" cannot be added to table \"\(table)\"",
          reasons: check.reasons
        )
      )
    }
    return .success(resolved)
  }
}

/// Collects what speaks against a function as a computed field.
private struct ComputedFieldCheck {
  let field: ComputedField
  let function: Function
  let table: TableName
  let catalog: Catalog
  private(set) var reasons: [String] = []

  init(field: ComputedField, function: Function, table: TableName, catalog: Catalog) {
    self.field = field
    self.function = function
    self.table = table
    self.catalog = catalog
  }

  private var functionName: String { "\"\(field.function)\"" }

  mutating func resolve(tracked: Set<TableName>) -> ResolvedComputedField? {
    if !field.name.isGraphQLName { reasons.append("\(field.name) is not valid GraphQL name") }
    if function.volatility == .volatile {
      reasons.append(
        "the function \(functionName) is of type VOLATILE; cannot be added as a computed field"
      )
    }
    let kind = kind(tracked: tracked)
    // A name that is no argument ends the check, as whatever follows would be guesswork.
    guard let tableArgument = tableArgument() else { return nil }
    let sessionArgument = field.sessionArgument.flatMap { function.argument(named: $0) }
    if let name = field.sessionArgument { checkSession(sessionArgument, name) }
    guard reasons.isEmpty else { return nil }
    return ResolvedComputedField(
      function: function,
      kind: kind,
      tableArgument: tableArgument,
      sessionArgument: sessionArgument
    )
  }

  private mutating func kind(tracked: Set<TableName>) -> ResolvedComputedField.Kind {
    if let rows = catalog.returnedTable(of: function) {
      if !tracked.contains(rows) {
        reasons.append(
          "the function \(functionName) returning set of table \"\(rows)\" is not tracked or not "
            + "found in database"
        )
      }
      return .rows(rows)
    }
    let type = catalog[function.returnType]
    if type.kind != .base && type.kind != .array {
      reasons.append(
        "the function \(functionName) returning type \(type.name) is not a BASE type"
      )
    } else if function.returnsSet {
      // In a select list it would multiply the rows of the table.
      reasons.append(
        "the function \(functionName) returns a set of \(type.name), where a computed field is one "
          + "value or a set of rows of a table"
      )
    }
    return .scalar(function.returnType)
  }

  private mutating func tableArgument() -> Int? {
    if let name = field.tableArgument {
      guard let index = function.argument(named: name) else {
        reasons.append("\"\(name)\" is not an input argument of the function \(functionName)")
        return nil
      }
      checkTable(index, "\"\(name)\" argument of the function \(functionName)")
      return index
    }
    guard !function.arguments.isEmpty else {
      reasons.append("the function \(functionName) has no input arguments")
      return nil
    }
    checkTable(0, "first argument of the function \(functionName)")
    return 0
  }

  private mutating func checkTable(_ index: Int, _ subject: String) {
    let type = catalog[function.arguments[index].type]
    if type.kind != .composite { reasons.append("\(subject) is not COMPOSITE type") }
    guard catalog.table(ofRowType: function.arguments[index].type) != table else { return }
    let name = TableName(schema: type.schema, name: type.name)
    reasons.append(
      "\(subject) of type \"\(name)\" is not the table to which the computed field is being added"
    )
  }

  private mutating func checkSession(_ index: Int?, _ name: String) {
    guard let index else {
      reasons.append("\"\(name)\" is not an input argument of the function \(functionName)")
      return
    }
    let type = catalog[function.arguments[index].type]
    if type.schema != "pg_catalog" || (type.name != "json" && type.name != "jsonb") {
      reasons.append("\"\(name)\" argument of the function \(functionName) is not of type JSON")
    }
  }
}
