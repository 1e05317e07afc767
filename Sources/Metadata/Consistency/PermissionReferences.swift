import Catalog
import JSON

/// A permission that names columns and follows relationships.
protocol ReferringPermission: PermissionDefinition {
  /// Boolean expressions, each of which starts at the table of the permission.
  var expressions: [JSONValue] { get set }
  /// The columns that it lists; nil where it covers all or none by name.
  var listedColumns: [String]? { get set }
  /// Presets by column.
  var presets: JSONObject { get set }
  var listedComputedFields: [String] { get }
}

extension ReferringPermission {
  var listedComputedFields: [String] { [] }
}

extension PermittedColumns {
  fileprivate var names: [String]? {
    get {
      if case .some(let names) = self { names } else { nil }
    }
    set {
      if let newValue { self = .some(newValue) }
    }
  }
}

extension InsertPermission: ReferringPermission {
  var expressions: [JSONValue] {
    get { [check] }
    set { check = newValue.first ?? check }
  }
  var listedColumns: [String]? {
    get { columns?.names }
    set { columns?.names = newValue }
  }
  var presets: JSONObject {
    get { set }
    set { set = newValue }
  }
}

extension SelectPermission: ReferringPermission {
  var expressions: [JSONValue] {
    get { [filter] }
    set { filter = newValue.first ?? filter }
  }
  var listedColumns: [String]? {
    get { columns.names }
    set { columns.names = newValue }
  }
  var presets: JSONObject {
    get { JSONObject() }
    set { _ = newValue }
  }
  var listedComputedFields: [String] { computedFields }
}

extension UpdatePermission: ReferringPermission {
  var expressions: [JSONValue] {
    get { [filter] + (check.map { [$0] } ?? []) }
    set {
      filter = newValue.first ?? filter
      if newValue.count > 1 { check = newValue[1] }
    }
  }
  var listedColumns: [String]? {
    get { columns.names }
    set { columns.names = newValue }
  }
  var presets: JSONObject {
    get { set }
    set { set = newValue }
  }
}

extension DeletePermission: ReferringPermission {
  var expressions: [JSONValue] {
    get { [filter] }
    set { filter = newValue.first ?? filter }
  }
  var listedColumns: [String]? {
    get { nil }
    set { _ = newValue }
  }
  var presets: JSONObject {
    get { JSONObject() }
    set { _ = newValue }
  }
}

/// Looks in a permission for names that its table, or a table on the way, does not have, and for values that do not
/// fit their columns.
struct PermissionCheck {
  let table: TableName
  let fields: FieldIndex

  /// Why the permission does not hold; nil where it does.
  ///
  /// Thousands are looked at after each change of the metadata, nearly all of which hold.
  func failure<Definition: ReferringPermission>(of permission: Permission<Definition>) -> String? {
    let definition = permission.definition
    let reason =
      failure(ofColumns: definition.listedColumns ?? [])
      ?? failure(ofPresets: definition.presets)
      ?? failure(ofComputedFields: definition.listedComputedFields)
      ?? failure(ofExpressions: definition.expressions)
    return reason.map {
      "in table \"\(table)\": in permission for role \"\(permission.role)\": \($0)"
    }
  }

  private func failure(ofColumns columns: [String]) -> String? {
    for column in columns {
      guard case .column = fields.field(column, of: table) else {
        return "column \"\(column)\" does not exist"
      }
    }
    return nil
  }

  private func failure(ofPresets presets: JSONObject) -> String? {
    for preset in presets.members {
      guard case .column(let type, let element) = fields.field(preset.key, of: table) else {
        return "column \"\(preset.key)\" does not exist"
      }
      let check = ComparisonCheck(column: preset.key, type: type, element: element)
      if preset.value != .null, let failure = check.valueFailure(preset.value) { return failure }
    }
    return nil
  }

  private func failure(ofComputedFields names: [String]) -> String? {
    for name in names {
      guard case .computedField(let rows) = fields.field(name, of: table) else {
        return "computed field \"\(name)\" does not exist"
      }
      if let rows {
        return "select permissions on computed field \"\(name)\" are auto-derived from "
          + "the permissions on its returning table \"\(rows)\" and cannot be specified manually"
      }
    }
    return nil
  }

  private func failure(ofExpressions expressions: [JSONValue]) -> String? {
    var failure: String?
    for value in expressions where value.object?.members.isEmpty == false {
      var expression = BooleanExpression(fields: fields, root: table) { reference in
        switch reference {
        case .unknown(_, let name):
          failure = failure ?? "\"\(name)\" does not exist"
          return name
        case .column(_, let name), .relationship(_, let name), .computedField(_, let name):
          return name
        }
      }
      expression.visitComparison = { check, operation, value in
        failure = failure ?? check.failure(of: operation, value)
      }
      _ = expression.rewriting(value, on: table)
    }
    return failure
  }
}
