import Catalog
import GraphQLCore
import JSON
import Metadata
import SQLCompiler

/// Reads the commands of the query API that are about tables (spec/hasura.md §12).
///
/// They are JSON and not GraphQL, and keep to the same permissions: to names in the database, not to
/// those of fields.
struct TableQueryReader {
  let roleSchema: RoleSchema
  private(set) var conditions: PermissionCompiler
  /// What webhooks are asked about before anything is written.
  private(set) var checks: [InputCheck] = []

  /// The source that the command is about.
  let source: String

  init(_ roleSchema: RoleSchema, source: String = "default") {
    self.roleSchema = roleSchema
    self.source = source
    conditions = PermissionCompiler(
      tables: roleSchema.tables,
      of: roleSchema.sources.first { $0.name == source }?.tables ?? 0..<0,
      for: .query(role: roleSchema.role)
    )
  }

  /// Of the slots in what was read.
  var recipes: [ParameterRecipe] { conditions.recipes }

  /// Has a webhook asked about members of the arguments, where a permission says so.
  mutating func check(_ elements: [JSONValue], by validator: InputValidator?) {
    if let validator { checks.append(InputCheck(validator: validator, input: .given(elements))) }
  }

  // MARK: - Commands

  mutating func select(_ arguments: JSONCursor) throws(HasuraError) -> TableQuery {
    let table = try table(arguments)
    return try query(arguments, table)
  }

  /// What `count` asks for; the answer is the member `count`.
  mutating func count(_ arguments: JSONCursor) throws(HasuraError) -> AggregateQuery {
    let table = try table(arguments)
    var rows = RowSelection()
    rows.filter = try condition(arguments, table)
    var columns: [Int] = []
    do throws(MetadataError) {
      for name in try arguments.optional("distinct")?.array() ?? [] {
        columns.append(try column(name, table))
      }
    } catch {
      throw HasuraError(error)
    }
    // A row of one column: of several nulls one counts, where the column itself would count none.
    if columns.count == 1 { columns.append(columns[0]) }
    let field = AggregateField.count(key: "count", columns: columns, isDistinct: !columns.isEmpty)
    return AggregateQuery(table: table, rows: rows, items: [.aggregate(key: "a", [field])])
  }

  // MARK: - Parts

  private func table(_ arguments: JSONCursor) throws(HasuraError) -> Int {
    let (index, place) = try knownTable(arguments)
    guard roleSchema.tables[index].isVisible else {
      throw HasuraError(
        .permissionDenied,
        "select on \(roleSchema.tables[index].name.quoted) for role \"\(roleSchema.role)\" "
          + "is not allowed. ",
        path: place.text
      )
    }
    return index
  }

  /// A table that is tracked, whether the role sees it or not, and where it is named.
  func knownTable(
    _ arguments: JSONCursor
  ) throws(HasuraError) -> (index: Int, place: JSONPath) {
    let name: TableName
    let place: JSONPath
    do throws(MetadataError) {
      let cursor = try arguments.required("table")
      name = try TableName(decoding: cursor)
      place = cursor.path
    } catch {
      throw HasuraError(error)
    }
    guard let index = roleSchema.table(name, in: source) else {
      throw HasuraError(.notExists, "table \(name.quoted) does not exist", path: place.text)
    }
    return (index, place)
  }

  /// The slot of a value that stands at a place of the request.
  mutating func slot(
    _ value: InputValue,
    _ form: ParameterRecipe.Form,
    _ place: JSONPath
  ) -> ParameterSlot {
    conditions.path = place
    return conditions.slot(of: value, form)
  }

  private mutating func query(
    _ arguments: JSONCursor,
    _ table: Int
  ) throws(HasuraError) -> TableQuery {
    var rows = RowSelection()
    rows.filter = try condition(arguments, table)
    do throws(MetadataError) {
      if let order = arguments.optional("order_by") {
        var reader = OrderReader(tables: roleSchema.tables)
        rows.order = try reader.terms(order, table)
      }
      rows.limit = try count(arguments.optional("limit"))
      rows.offset = try count(arguments.optional("offset"))
      let fields = try fields(try arguments.required("columns"), table)
      return TableQuery(table: table, rows: rows, fields: fields)
    } catch {
      throw HasuraError(error)
    }
  }

  private func count(_ cursor: JSONCursor?) throws(MetadataError) -> RowCount? {
    guard let cursor else { return nil }
    // Hasura's path leaves the arguments out where the number is none.
    let number = try JSONCursor(cursor.value, at: JSONPath(Array(cursor.path.steps.suffix(1))))
      .int()
    guard number >= 0 else {
      throw MetadataError(.notSupported, "unexpected negative value", path: cursor.path.text)
    }
    return .literal(number)
  }

  mutating func condition(
    _ arguments: JSONCursor,
    _ table: Int
  ) throws(HasuraError) -> Predicate {
    guard let cursor = arguments.optional("where") else { return .always }
    conditions.path = cursor.path
    do throws(PermissionFailure) {
      return try conditions.predicate(cursor.value, on: table)
    } catch {
      throw HasuraError(error.code, error.message, path: error.path.text)
    }
  }

  // MARK: - Columns

  private mutating func fields(
    _ columns: JSONCursor,
    _ table: Int
  ) throws(MetadataError) -> [FieldRequest] {
    var fields: [FieldRequest] = []
    for cursor in try columns.array() {
      if cursor.value == "*" {
        for (index, column) in roleSchema.tables[table].columns.enumerated()
        where column.graphQLName != nil {
          fields.append(.column(key: column.name, column: index, path: nil))
        }
      } else if let name = cursor.value.string {
        fields.append(.column(key: name, column: try column(cursor, table), path: nil))
      } else {
        fields.append(try relationship(cursor, table))
      }
    }
    return fields
  }

  /// A column that the role sees.
  func column(_ cursor: JSONCursor, _ table: Int) throws(MetadataError) -> Int {
    let name = try cursor.string("PGCol")
    let columns = roleSchema.tables[table].columns
    if let index = columns.firstIndex(where: { $0.name.hasSameBytes(as: name) }),
      columns[index].graphQLName != nil
    {
      return index
    }
    throw MetadataError(
      .permissionDenied,
      roleSchema.role == Session.adminRole
        ? "no such column exists: \"\(name)\""
        : "role \"\(roleSchema.role)\" does not have permission to select column \"\(name)\"",
      path: cursor.path.text
    )
  }

  /// `{"name": …, "alias": …, "columns": […]}`, and the arguments of a select for array relationships.
  private mutating func relationship(
    _ cursor: JSONCursor,
    _ table: Int
  ) throws(MetadataError) -> FieldRequest {
    let name = try cursor.required("name").string("RelName")
    let key = try cursor.optional("alias")?.string("Alias") ?? name
    let relationships = roleSchema.tables[table].relationships
    guard
      let index = relationships.firstIndex(where: { $0.name.hasSameBytes(as: name) }),
      roleSchema.tables[relationships[index].target].isVisible, relationships[index].query == nil
    else {
      throw MetadataError(
        .notExists,
        "\"\(name)\" does not exist",
        path: cursor.path.key("name").text
      )
    }
    let query: TableQuery
    do {
      query = try self.query(cursor, relationships[index].target)
    } catch {
      throw MetadataError(
        MetadataError.Code(rawValue: error.code.rawValue) ?? .unexpected,
        error.message,
        path: error.path
      )
    }
    return relationships[index].isArray
      ? .array(key: key, relationship: index, query)
      : .object(key: key, relationship: index, query)
  }
}
