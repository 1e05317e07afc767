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
  func failure<Definition: ReferringPermission>(of permission: Permission<Definition>) -> String? {
    let context = "in table \"\(table)\": in permission for role \"\(permission.role)\": "
    let definition = permission.definition
    for column in (definition.listedColumns ?? []) + definition.presets.keys {
      guard case .column(let type, let element) = fields.field(column, of: table) else {
        return "\(context)column \"\(column)\" does not exist"
      }
      guard let preset = definition.presets[column], preset != .null else { continue }
      let check = ComparisonCheck(column: column, type: type, element: element)
      if let failure = check.valueFailure(preset) { return context + failure }
    }
    for name in definition.listedComputedFields {
      guard case .computedField(let rows) = fields.field(name, of: table) else {
        return "\(context)computed field \"\(name)\" does not exist"
      }
      if let rows {
        return "\(context)select permissions on computed field \"\(name)\" are auto-derived from "
          + "the permissions on its returning table \"\(rows)\" and cannot be specified manually"
      }
    }
    var failure: String?
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
    for value in definition.expressions { _ = expression.rewriting(value, on: table) }
    return failure.map { context + $0 }
  }
}
