import Catalog
import GraphQLCore
import JSON
import Metadata
package import SQLCompiler

/// What a role may write into a table; columns are indices of the table's.
///
/// Conditions are of permissions, and the slots of values are the role's.
package struct TableWrites: Hashable, Sendable {
  package struct Insert: Hashable, Sendable {
    package var columns: [Int]
    package var check: Predicate
    package var presets: [ColumnValue]
    var validator: InputValidator?
  }

  package struct Update: Hashable, Sendable {
    package var columns: [Int]
    package var filter: Predicate
    /// Nil where nothing is said of rows after the change.
    package var check: Predicate?
    package var presets: [ColumnValue]
    var validator: InputValidator?
  }

  /// A primary key or unique constraint.
  package struct Constraint: Hashable, Sendable {
    package var name: String
    package var columns: [String]
  }

  package var insert: Insert?
  package var update: Update?
  /// Which rows may be deleted; nil where none.
  package var delete: Predicate?
  var deleteValidator: InputValidator?
  package var constraints: [Constraint] = []

  /// Those whose names GraphQL can say.
  var namedConstraints: [Constraint] { constraints.filter { $0.name.isGraphQLName } }

  /// Whether the defaults of its columns are known: those below a view are not.
  package var knowsDefaults = true

  package init() {}

  package var isEmpty: Bool { insert == nil && update == nil && delete == nil }
}

extension TableWrites {
  /// What permissions let be written of what PostgreSQL lets anyone write; `index` is the table's.
  init(
    _ table: Table,
    _ permissions: WritePermissions,
    at index: Int,
    _ compiler: inout PermissionCompiler
  ) throws(PermissionFailure) {
    knowsDefaults = table.kind != .view
    constraints = ([table.primaryKey].compactMap { $0 } + table.uniqueKeys)
      .filter(\.isConstraint)
      .map { Constraint(name: $0.name, columns: $0.columns) }
      .sorted { $0.name < $1.name }
    if table.isInsertable, let permission = permissions.insert {
      insert = Insert(
        columns: table.writableColumns(permission.columns ?? .all, without: permission.set),
        check: try compiler.condition(permission.check, of: index),
        presets: compiler.presets(permission.set, of: index),
        validator: permission.validator
      )
    }
    if table.isUpdatable, let permission = permissions.update {
      update = Update(
        columns: table.writableColumns(permission.columns, without: permission.set),
        filter: try compiler.condition(permission.filter, of: index),
        check: try permission.check.map { check throws(PermissionFailure) in
          try compiler.condition(check, of: index)
        },
        presets: compiler.presets(permission.set, of: index),
        validator: permission.validator
      )
    }
    if table.isDeletable, let permission = permissions.delete {
      delete = try compiler.condition(permission.filter, of: index)
      deleteValidator = permission.validator
    }
  }
}

extension Table {
  /// The columns that a request may give values for.
  fileprivate func writableColumns(
    _ permitted: PermittedColumns,
    without presets: JSONObject
  ) -> [Int] {
    columns.indices.filter { index in
      let column = columns[index]
      return column.generated == .never && column.identity != .always
        && permitted.contains(column.name) && presets[column.name] == nil
    }
  }
}

extension PermissionCompiler {
  /// A permission's condition on the rows that it is about.
  fileprivate mutating func condition(
    _ condition: JSONValue,
    of table: Int
  ) throws(PermissionFailure) -> Predicate {
    let predicate = try predicate(condition, on: table)
    return predicate == .always ? .always : .permission(predicate)
  }

  /// The columns that a permission sets, whatever the request says.
  fileprivate mutating func presets(_ presets: JSONObject, of table: Int) -> [ColumnValue] {
    var values: [ColumnValue] = []
    for preset in presets.members {
      let columns = tables[table].columns
      guard let column = columns.firstIndex(where: { $0.name.hasSameBytes(as: preset.key) })
      else { continue }
      let form = ParameterRecipe.Form(valueOf: columns[column].type)
      // The null of JSON is PostgreSQL's own, also for a column of JSON values.
      let slot = preset.value == .null ? slot(of: .null, form) : slot(preset.value, form)
      values.append(ColumnValue(column: column, slot: slot))
    }
    return values
  }
}
