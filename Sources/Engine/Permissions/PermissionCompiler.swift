import Catalog
import GraphQLCore
import JSON
import SQLCompiler

/// Turns conditions in Hasura's boolean language, as JSON, into predicates.
///
/// Permissions are written in it, and the `where` of the query API. Values become slots, whose recipes
/// collect here: in permissions texts that name session variables are filled from each request's
/// session, everything else is a constant. Nothing becomes SQL text.
struct PermissionCompiler {
  /// What the conditions are part of.
  enum Purpose: Hashable {
    /// They may look at everything, and their slots are the role's.
    case permission
    /// They may look at what the role sees, and their slots are the request's.
    case query(role: String)
  }

  let tables: [BoundTable]
  let purpose: Purpose
  private let indices: [TableName: Int]
  private(set) var recipes: [ParameterRecipe]
  /// The place of what is being read, for errors.
  var path = JSONPath.root

  /// All tracked tables, whether the role sees them or not; `source` are those that conditions may
  /// name, nil for all, and `recipes` those that slots stand for already.
  init(
    tables: [BoundTable],
    of source: Range<Int>? = nil,
    for purpose: Purpose = .permission,
    recipes: [ParameterRecipe] = []
  ) {
    self.tables = tables
    self.purpose = purpose
    self.recipes = recipes
    indices = Dictionary(
      (source ?? tables.indices).map { (tables[$0].name, $0) },
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
    for (index, field) in tables[table].computedFields.enumerated()
    where permission.shows(computedField: field.name) {
      guard let redaction = permission.redaction(ofComputedField: field.name) else { continue }
      access.computedRedactions[index] = try predicate(redaction, on: table)
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

  mutating func condition(
    _ expression: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    guard let members = expression.object?.members else {
      throw failure("a boolean expression has to be an object")
    }
    var parts: [Predicate] = []
    for member in members {
      let part = try at(.key(member.key)) { (compiler) throws(PermissionFailure) in
        try compiler.part(member.key, member.value, on: table, root: root)
      }
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
    for (index, expression) in (expressions.array ?? [expressions]).enumerated() {
      let part = try at(.index(index)) { (compiler) throws(PermissionFailure) in
        try compiler.condition(expression, on: table, root: root)
      }
      parts.append(part)
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
    else { throw failure("_exists needs a _table") }
    guard let index = indices[table], purpose == .permission || tables[index].isVisible else {
      throw failure("table \(table.quoted) is not tracked")
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
      try checkAccess(to: column, of: table)
      return try comparisons(value, of: .column(column), on: table, root: root)
    }
    // Permissions follow relationships to tables alone, as with Hasura.
    if let index = tables[table].relationships.firstIndex(where: {
      $0.name.hasSameBytes(as: name) && $0.query == nil
    }) {
      let target = tables[table].relationships[index].target
      if purpose == .permission || tables[target].isVisible {
        return .related(relationship: index, try condition(value, on: target, root: root))
      }
    }
    if let index = tables[table].computedFields.firstIndex(where: { $0.name.hasSameBytes(as: name) }
    ),
      mayUse(tables[table].computedFields[index])
    {
      return try computed(index, value, on: table, root: root)
    }
    throw failure("\"\(name)\" does not exist in table \(tables[table].name.quoted)")
  }

  /// Whether a condition may look into a computed field.
  private func mayUse(_ field: BoundComputedField) -> Bool {
    guard case .query(let role) = purpose else { return true }
    guard let rows = field.function.table else { return role == Session.adminRole }
    return tables[rows].isVisible
  }

  /// Refuses a column that a query's role does not see, in Hasura's words.
  func checkAccess(to column: Int, of table: Int) throws(PermissionFailure) {
    guard case .query(let role) = purpose, tables[table].columns[column].graphQLName == nil
    else { return }
    throw PermissionFailure(
      .permissionDenied,
      "role \"\(role)\" does not have permission to select column "
        + "\"\(tables[table].columns[column].name)\"",
      at: path
    )
  }

  // MARK: - Places

  func failure(_ message: String) -> PermissionFailure {
    PermissionFailure(.parseFailed, message, at: path)
  }

  mutating func at<Result>(
    _ step: JSONPath.Step,
    _ body: (inout PermissionCompiler) throws(PermissionFailure) -> Result
  ) throws(PermissionFailure) -> Result {
    let outer = path
    path.steps.append(step)
    let result = try body(&self)
    path = outer
    return result
  }

  // MARK: - Values

  /// The slot of the session's variables.
  mutating func sessionSlot() -> ParameterSlot {
    slot(of: ParameterRecipe(source: .sessionVariables, form: .json, path: "$"))
  }

  /// The slot of a value: of a session variable where it names one, else of a constant.
  ///
  /// A session variable is text that PostgreSQL reads as what the column needs, lists as `{1,2}`.
  mutating func slot(_ value: JSONValue, _ form: ParameterRecipe.Form) -> ParameterSlot {
    let owner: ParameterSlot.Owner = purpose == .permission ? .role : .request
    let recipe =
      if owner == .role, let variable = value.string.flatMap(SessionVariable.name(in:)) {
        ParameterRecipe(
          source: .session(variable),
          form: form == .geometry ? .geometry : .scalar,
          path: "$"
        )
      } else {
        ParameterRecipe(source: .constant(.scalar(value)), form: form, path: "$")
      }
    return slot(of: recipe)
  }

  private mutating func slot(of recipe: ParameterRecipe) -> ParameterSlot {
    let owner: ParameterSlot.Owner = purpose == .permission ? .role : .request
    if let known = recipes.firstIndex(of: recipe) { return ParameterSlot(known, of: owner) }
    recipes.append(recipe)
    return ParameterSlot(recipes.count - 1, of: owner)
  }

  /// The slot of a value as it is, whatever it may look like.
  mutating func slot(of value: InputValue, _ form: ParameterRecipe.Form) -> ParameterSlot {
    let owner: ParameterSlot.Owner = purpose == .permission ? .role : .request
    recipes.append(ParameterRecipe(source: .constant(value), form: form, path: path.text))
    return ParameterSlot(recipes.count - 1, of: owner)
  }
}

/// Why a condition does not fit the database or the role.
struct PermissionFailure: Error, Hashable {
  let code: HasuraError.Code
  let message: String
  /// Where in the condition.
  let path: JSONPath

  init(_ code: HasuraError.Code, _ message: String, at path: JSONPath) {
    self.code = code
    self.message = message
    self.path = path
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
