import Catalog
import GraphQLCore
import JSON
import SQLCompiler

/// Turns the conditions of permissions, Hasura's boolean language as JSON, into predicates.
///
/// Values become slots of the role, whose recipes collect here: texts that name session variables are
/// filled from each request's session, everything else is a constant. Nothing becomes SQL text.
struct PermissionCompiler {
  let tables: [BoundTable]
  private let indices: [TableName: Int]
  private(set) var recipes: [ParameterRecipe] = []

  /// All tracked tables of the source, whether the role sees them or not.
  init(tables: [BoundTable]) {
    self.tables = tables
    indices = Dictionary(
      tables.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What a permission lets be read of a table.
  mutating func access(
    _ permission: EffectivePermission,
    to table: Int
  ) throws(PermissionFailure) -> TableAccess {
    var access = TableAccess(
      filter: try predicate(permission.filter, on: table),
      limit: permission.limit
    )
    for (index, column) in tables[table].columns.enumerated() where column.graphQLName != nil {
      guard let redaction = permission.redaction(of: column.name) else { continue }
      access.redactions[index] = try predicate(redaction, on: table)
    }
    return access
  }

  /// The condition on rows of a table.
  ///
  /// Expressions nest by the JSON that they came in, whose parser bounds their depth.
  mutating func predicate(
    _ expression: JSONValue,
    on table: Int
  ) throws(PermissionFailure) -> Predicate {
    try condition(expression, on: table, root: table)
  }

  private mutating func condition(
    _ expression: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    guard let members = expression.object?.members else {
      throw PermissionFailure("a boolean expression has to be an object")
    }
    var parts: [Predicate] = []
    for member in members {
      let part = try part(member.key, member.value, on: table, root: root)
      if part != .always { parts.append(part) }
    }
    return .all(parts)
  }

  private mutating func conditions(
    _ expressions: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> [Predicate] {
    var parts: [Predicate] = []
    // A single expression stands for a list of it.
    for expression in expressions.array ?? [expressions] {
      parts.append(try condition(expression, on: table, root: root))
    }
    return parts
  }

  private mutating func part(
    _ key: String,
    _ value: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    switch key {
    case "_and", "$and":
      return .all(try conditions(value, on: table, root: root).filter { $0 != .always })
    case "_or", "$or":
      let parts = try conditions(value, on: table, root: root)
      if parts.contains(.always) { return .always }
      return parts.isEmpty ? .never : .or(parts)
    case "_not", "$not":
      let inner = try condition(value, on: table, root: root)
      return inner == .always ? .never : .not(inner)
    case "_exists", "$exists": return try exists(value, root: root)
    default: return try field(key, value, on: table, root: root)
    }
  }

  private mutating func exists(
    _ value: JSONValue,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    guard let name = value["_table"] ?? value["$table"], let table = TableName(permission: name)
    else { throw PermissionFailure("_exists needs a _table") }
    guard let index = indices[table] else {
      throw PermissionFailure("table \(table.quoted) is not tracked")
    }
    let inner = value["_where"] ?? value["$where"] ?? [:]
    return .exists(table: index, try condition(inner, on: index, root: root))
  }

  private mutating func field(
    _ name: String,
    _ value: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    if let column = tables[table].columns.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
      return try comparisons(value, column, on: table, root: root)
    }
    if let index = tables[table].relationships.firstIndex(where: {
      $0.name.hasSameBytes(as: name)
    }) {
      let target = tables[table].relationships[index].target
      return .related(relationship: index, try condition(value, on: target, root: root))
    }
    throw PermissionFailure("\"\(name)\" does not exist in table \(tables[table].name.quoted)")
  }

  // MARK: - Comparisons

  private mutating func comparisons(
    _ value: JSONValue,
    _ column: Int,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    guard let members = value.object?.members else {
      return try comparison(.equal, value, column, on: table)
    }
    var parts: [Predicate] = []
    for member in members {
      let name = "_" + member.key.dropFirst()
      guard member.key.hasPrefix("_") || member.key.hasPrefix("$") else {
        throw PermissionFailure("\"\(member.key)\" is not an operator")
      }
      if let operation = Self.columnOperator(name) {
        let operand = try columnOperand(member.value, on: table, root: root)
        parts.append(.columnComparison(column: column, operation, operand))
      } else if name == "_cast" {
        parts += try casts(member.value, column)
      } else if let operation = ComparisonOperator(permission: name) {
        parts.append(try comparison(operation, member.value, column, on: table))
      } else {
        throw PermissionFailure("\"\(member.key)\" is not an operator")
      }
    }
    return .all(parts)
  }

  /// In permissions null is a value: what equals it is null, and what differs from a value may be.
  private mutating func comparison(
    _ operation: ComparisonOperator,
    _ value: JSONValue,
    _ column: Int,
    on table: Int
  ) throws(PermissionFailure) -> Predicate {
    switch (operation, value) {
    case (.isNull, .bool(let isNull)): return .isNull(column: column, isNull)
    case (.isNull, _): throw PermissionFailure("_is_null needs true or false")
    case (.equal, .null): return .isNull(column: column, true)
    case (.notEqual, .null): return .isNull(column: column, false)
    case (_, .null): throw PermissionFailure("unexpected null value")
    default: break
    }
    let bound = tables[table].columns[column]
    let form = ParameterRecipe.Form(operandOf: operation, bound.type)
    let compared = Predicate.comparison(column: column, operation, slot(value, form))
    guard operation == .notEqual, bound.isNullable else { return compared }
    return .or([compared, .isNull(column: column, true)])
  }

  private mutating func casts(
    _ value: JSONValue,
    _ column: Int
  ) throws(PermissionFailure) -> [Predicate] {
    var parts: [Predicate] = []
    for cast in value.object?.members ?? [] {
      guard cast.key == "String" else {
        throw PermissionFailure("a cast to \"\(cast.key)\" is not supported")
      }
      for member in cast.value.object?.members ?? [] {
        let name = "_" + member.key.dropFirst()
        guard let operation = ComparisonOperator(permission: name) else {
          throw PermissionFailure("\"\(member.key)\" is not an operator")
        }
        if case .isNull = operation {
          parts.append(.isNull(column: column, member.value.bool ?? true))
          continue
        }
        let isList = operation == .isIn || operation == .notIn
        let slot = slot(member.value, isList ? .array : .scalar)
        parts.append(.castComparison(column: column, to: "text", operation, slot))
      }
    }
    return parts
  }

  private static func columnOperator(_ name: String) -> ComparisonOperator? {
    switch name {
    case "_ceq": .equal
    case "_cne", "_cneq": .notEqual
    case "_cgt": .greater
    case "_cgte": .greaterOrEqual
    case "_clt": .less
    case "_clte": .lessOrEqual
    default: nil
    }
  }

  /// `"column"`, `["$", "column"]`, or either behind relationships.
  private func columnOperand(
    _ value: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> ColumnOperand {
    var steps = value.string.map { [$0] } ?? (value.array ?? []).compactMap(\.string)
    let isAtRoot = steps.count > 1 && steps[0] == "$"
    if isAtRoot { steps.removeFirst() }
    guard let last = steps.popLast() else {
      throw PermissionFailure("a comparison of columns needs the name of a column")
    }
    var table = isAtRoot ? root : table
    var path: [Int] = []
    for step in steps {
      guard
        let index = tables[table].relationships.firstIndex(where: {
          $0.name.hasSameBytes(as: step)
        })
      else {
        throw PermissionFailure("\"\(step)\" is no relationship of \(tables[table].name.quoted)")
      }
      path.append(index)
      table = tables[table].relationships[index].target
    }
    guard
      let column = tables[table].columns.firstIndex(where: { $0.name.hasSameBytes(as: last) })
    else {
      throw PermissionFailure("\"\(last)\" is no column of \(tables[table].name.quoted)")
    }
    return isAtRoot ? .root(path: path, column: column) : .own(path: path, column: column)
  }

  // MARK: - Values

  /// The slot of a value: of a session variable where it names one, else of a constant.
  ///
  /// A session variable is text that PostgreSQL reads as what the column needs, lists as `{1,2}`.
  mutating func slot(_ value: JSONValue, _ form: ParameterRecipe.Form) -> ParameterSlot {
    let recipe =
      if let variable = value.string.flatMap(SessionVariable.name(in:)) {
        ParameterRecipe(source: .session(variable), form: .scalar, path: "$")
      } else {
        ParameterRecipe(source: .constant(.scalar(value)), form: form, path: "$")
      }
    if let known = recipes.firstIndex(of: recipe) { return ParameterSlot(known, of: .role) }
    recipes.append(recipe)
    return ParameterSlot(recipes.count - 1, of: .role)
  }
}

/// Why a permission's condition does not fit the database.
struct PermissionFailure: Error, Hashable {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

extension SessionVariable {
  /// The variable that a text of a permission names; nil where it is just a text.
  static func name(in text: String) -> String? {
    if text == "REQ_USER_ID" { return "x-hasura-user-id" }
    let name = text.lowercased()
    return name.hasPrefix("x-hasura-") ? name : nil
  }
}

extension ComparisonOperator {
  /// The operator by its name in permissions, which also spell `_ne`.
  fileprivate init?(permission name: String) {
    self.init(rawValue: name == "_ne" ? "_neq" : name)
  }
}

extension Predicate {
  /// The condition that all of several hold.
  static func all(_ parts: [Predicate]) -> Predicate {
    switch parts.count {
    case 0: .always
    case 1: parts[0]
    default: .and(parts)
    }
  }
}

extension TableName {
  /// A table as permissions name it: `"t"` of the schema public, or `{"schema": …, "name": …}`.
  fileprivate init?(permission value: JSONValue) {
    switch value {
    case .string(let name): self.init(schema: "public", name: name)
    default:
      guard let name = value["name"]?.string else { return nil }
      self.init(schema: value["schema"]?.string ?? "public", name: name)
    }
  }
}
