import GraphQLCore
import JSON

/// What of a request's variables decides the plan: everything but the values that become parameters.
///
/// Present, null or absent; the fields of input objects and the number of their lists' elements;
/// booleans and enum values, which turn into SQL text. Two requests of one shape share a plan.
/// Values of columns that are written are never text of a statement, and lists of rows count by the
/// columns that they have: a plan for one row is the plan for a hundred thousand.
struct VariableShape: Hashable, Sendable {
  private var bytes: [UInt8] = []
  /// Whether texts count as well: those of node ids and cursors say what is read.
  private let countsTexts: Bool
  /// Whether objects of a scalar count that name their type: those say which rows are read.
  private let countsEntities: Bool

  private enum Mark: UInt8 {
    case absent, null, leaf, falseValue, trueValue, enumValue, list, leaves, object, field, end
    case rows, partial, text
  }

  init(_ variables: VariableValues, _ schema: RoleSchema) {
    countsTexts = schema.isRelay
    countsEntities = schema.hasEntities
    for value in variables.values {
      if let value { append(value, schema) } else { mark(.absent) }
    }
  }

  private mutating func append(_ value: InputValue, _ schema: RoleSchema) {
    switch value {
    case .null: mark(.null)
    case .string(let text) where countsTexts:
      mark(.text)
      append(text.utf8.count)
      bytes.append(contentsOf: text.utf8)
    case .scalar(let scalar) where countsEntities && scalar["__typename"] != nil:
      mark(.text)
      let text = scalar.serialized
      append(text.count)
      bytes.append(contentsOf: text)
    case .boolean(let value): mark(value ? .trueValue : .falseValue)
    case .int, .float, .string, .scalar, .scalarObject, .variable: mark(.leaf)
    case .enumValue(let id):
      mark(.enumValue)
      append(id.index)
    case .list(let elements): append(elements, schema)
    case .rows(let rows): append(InsertArrays.columns(of: rows, schema) ?? [])
    case .object(let fields):
      mark(.object)
      for field in fields {
        mark(.field)
        append(field.id.index)
        if schema.binding(of: field.id).isWrittenValue, !field.value.isNull {
          mark(.leaf)
        } else {
          append(field.value, schema)
        }
      }
      mark(.end)
    }
  }

  private mutating func append(_ elements: [InputValue], _ schema: RoleSchema) {
    if elements.allSatisfy(isLeaf) { return mark(.leaves) }
    if let columns = InsertArrays.columns(of: elements, schema, VariableValues()),
      !columns.isEmpty
    {
      return append(columns)
    }
    mark(.list)
    for element in elements { append(element, schema) }
    mark(.end)
  }

  /// Rows are known by their columns alone.
  private mutating func append(_ columns: [InsertArrays.Column]) {
    mark(.rows)
    for column in columns {
      mark(column.isPartial ? .partial : .field)
      append(column.id.index)
    }
    mark(.end)
  }

  /// Whether a list of such values is one parameter, however many there are.
  private func isLeaf(_ value: InputValue) -> Bool {
    switch value {
    case .scalar(let scalar) where countsEntities: scalar["__typename"] == nil
    case .int, .float, .string, .scalar: true
    default: false
    }
  }

  private mutating func mark(_ mark: Mark) { bytes.append(mark.rawValue) }

  private mutating func append(_ number: Int) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: number)) { bytes.append(contentsOf: $0) }
  }
}

extension InputBinding {
  /// Whether its value goes into a column, and so into a parameter, whatever it is.
  fileprivate var isWrittenValue: Bool {
    switch self {
    case .insertColumn, .changedColumn: true
    default: false
    }
  }
}
