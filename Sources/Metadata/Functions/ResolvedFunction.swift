package import Catalog
import JSON

/// What a tracked function comes to in its database.
package struct ResolvedFunction: Hashable, Sendable {
  package var function: Function
  /// The table whose rows it returns.
  package var table: TableName
  package var exposure: FunctionConfiguration.Exposure
  /// The index of the argument that gets the session's variables.
  package var sessionArgument: Int?
}

extension TrackedFunction {
  /// Looks the function up and checks that it can be a root field.
  package func resolved(in catalog: Catalog) -> Result<ResolvedFunction, FunctionFailure> {
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
    let reasons = objections(to: found, catalog)
    guard reasons.isEmpty, let table = catalog.returnedTable(of: found) else {
      return .failure(
        FunctionFailure("the function \"\(function)\" cannot be tracked", reasons: reasons)
      )
    }
    return .success(
      ResolvedFunction(
        function: found,
        table: table,
        exposure: configuration.exposure ?? (found.volatility == .volatile ? .mutation : .query),
        sessionArgument: configuration.sessionArgument.flatMap { found.argument(named: $0) }
      )
    )
  }

  private func objections(to found: Function, _ catalog: Catalog) -> [String] {
    var reasons: [String] = []
    if !fieldName.isGraphQLName {
      reasons.append("function name is not a legal GraphQL identifier")
    }
    if found.isVariadic {
      reasons.append("function with \"VARIADIC\" parameters are not supported")
    }
    if catalog[found.returnType].kind != .composite {
      reasons.append("the function does not return a \"COMPOSITE\" type")
    }
    if catalog.returnedTable(of: found) == nil {
      reasons.append("the function does not return a table")
    }
    if found.volatility != .volatile, configuration.exposure == .mutation {
      reasons.append(
        "the function was requested to be exposed as a mutation, but is not marked VOLATILE. "
          + "Maybe the function was given the wrong volatility when it was defined?"
      )
    }
    let invalid = found.arguments.map(\.name).filter { !$0.isEmpty && !$0.isGraphQLName }
    if !invalid.isEmpty {
      reasons.append(
        "the function arguments \(invalid.joined(separator: ",")) are not in compliance with "
          + "GraphQL spec"
      )
    }
    guard let name = configuration.sessionArgument else { return reasons }
    guard let index = found.argument(named: name) else {
      reasons.append("given session argument \"\(name)\" not the input argument of the function")
      return reasons
    }
    let type = catalog[found.arguments[index].type]
    if type.schema != "pg_catalog" || type.name != "json" {
      reasons.append("given session argument \"\(name)\" is not of type json")
    }
    return reasons
  }

  /// The name that the fields of the function are made of.
  package var fieldName: String {
    configuration.customName
      ?? (function.schema == "public" ? function.name : "\(function.schema)_\(function.name)")
  }
}

extension Function {
  /// The index of the argument of a name.
  package func argument(named name: String) -> Int? {
    arguments.firstIndex { $0.name.hasSameBytes(as: name) }
  }
}

extension Catalog {
  /// The table whose rows a function returns; nil where it returns anything else.
  package func returnedTable(of function: Function) -> TableName? {
    table(ofRowType: function.returnType)
  }

  /// The table whose rows are of a type.
  package func table(ofRowType id: PostgresTypeID) -> TableName? {
    guard let relation = self[id].relation else { return nil }
    return tables.first { $0.oid == relation }?.name
  }
}
