import GraphQLCore
import JSON

/// Where rows to insert stand in the request.
struct InsertSource {
  let input: Input
  let isOne: Bool
  /// Whether it is the one object of an object relationship.
  let isOneOfRelationship: Bool

  init(_ input: Input, isOne: Bool, isOneOfRelationship: Bool = false) {
    self.input = input
    self.isOne = isOne
    self.isOneOfRelationship = isOneOfRelationship
  }

  func elements(_ variables: VariableValues) -> [Input] {
    isOne ? [input] : input.elements(variables)
  }
}

/// Rows that are sent as one array for each column, whatever their number.
///
/// So it is for every list of a variable whose rows have columns only, and for lists in the document
/// of more than one such row. Which columns the rows have, and which of them not all rows have, is
/// part of the variables' shape; how many rows there are is not.
struct InsertArrays {
  struct Column {
    let id: InputValueID
    let binding: InsertColumn
    /// Whether some rows leave it out.
    var isPartial: Bool
  }

  let columns: [Column]
  let count: Int
  private let rows: [InputValue]
  private let textRows: InputRows?
  private let variables: VariableValues

  /// Nil where the rows have to be sent otherwise.
  init?(_ source: InsertSource, _ schema: RoleSchema, _ variables: VariableValues) {
    if !source.isOne, case .rows(let rows) = source.input.value {
      guard let columns = Self.columns(of: rows, schema) else { return nil }
      self.init(columns, [], rows, variables)
      return
    }
    guard !source.isOne, case .list(let rows) = source.input.value,
      source.input.origin != nil || rows.count != 1,
      let columns = Self.columns(of: rows, schema, variables), rows.isEmpty || !columns.isEmpty
    else { return nil }
    self.init(columns, rows, nil, variables)
  }

  private init(
    _ columns: [Column],
    _ rows: [InputValue],
    _ textRows: InputRows?,
    _ variables: VariableValues
  ) {
    self.columns = columns
    self.rows = rows
    self.textRows = textRows
    self.variables = variables
    count = textRows?.count ?? rows.count
  }

  /// The columns of rows that were left in the request's text; nil where they have to be sent
  /// otherwise.
  static func columns(of rows: InputRows, _ schema: RoleSchema) -> [Column]? {
    var columns: [Column] = []
    for (key, field) in rows.fields.enumerated() {
      guard case .insertColumn(let column) = schema.binding(of: field), column.isArrayed else {
        return nil
      }
      let isPartial = rows.rows.counts[key] < rows.count
      columns.append(Column(id: field, binding: column, isPartial: isPartial))
    }
    return columns.isEmpty ? nil : columns.sorted { $0.id.index < $1.id.index }
  }

  /// The columns that rows have, in the order of their definition; nil where a row has more to it.
  static func columns(
    of rows: [InputValue],
    _ schema: RoleSchema,
    _ variables: VariableValues
  ) -> [Column]? {
    // Rows of one origin mostly look alike: then each field is where it was in the row before.
    var columns: [Column] = []
    var counts: [Int] = []
    var places: [Int: Int] = [:]
    for row in rows {
      guard case .object(let fields) = row.resolved(variables) else { return nil }
      for (position, field) in fields.enumerated() {
        if case .variable(let index) = field.value, variables[index] == nil { continue }
        let place: Int
        if position < columns.count, columns[position].id == field.id {
          place = position
        } else if let known = places[field.id.index] {
          place = known
        } else {
          guard case .insertColumn(let column) = schema.binding(of: field.id), column.isArrayed
          else { return nil }
          place = columns.count
          places[field.id.index] = place
          columns.append(Column(id: field.id, binding: column, isPartial: false))
          counts.append(0)
        }
        counts[place] += 1
      }
    }
    for index in columns.indices { columns[index].isPartial = counts[index] < rows.count }
    return columns.sorted { $0.id.index < $1.id.index }
  }

  /// The first row that has one of some columns, and which of them.
  func firstRow(withOneOf taken: [Int]) -> (row: Int, columns: [Int])? {
    let found = columns.filter { taken.contains($0.binding.index) }
    guard !found.isEmpty else { return nil }
    if let textRows {
      for row in 0..<textRows.count {
        let columns = found.filter { column in
          guard let key = textRows.key(of: column.id) else { return false }
          var place = key
          return textRows.rows.cell(row, key, near: &place) != nil
        }
        if !columns.isEmpty { return (row, columns.map(\.binding.index)) }
      }
    }
    for (index, row) in rows.enumerated() {
      guard case .object(let fields) = row.resolved(variables) else { continue }
      let columns = found.filter { column in fields.contains { $0.id == column.id } }
      if !columns.isEmpty { return (index, columns.map(\.binding.index)) }
    }
    return nil
  }
}

extension InputValue {
  /// The value, that of a variable in its place.
  func resolved(_ variables: VariableValues) -> InputValue {
    if case .variable(let index) = self { variables[index] ?? .null } else { self }
  }
}
