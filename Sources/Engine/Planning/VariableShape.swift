import GraphQLCore

/// What of a request's variables decides the plan: everything but the values that become parameters.
///
/// Present, null or absent; the fields of input objects and the number of their lists' elements;
/// booleans and enum values, which turn into SQL text. Two requests of one shape share a plan.
struct VariableShape: Hashable, Sendable {
  private var bytes: [UInt8] = []

  private enum Mark: UInt8 {
    case absent, null, leaf, falseValue, trueValue, enumValue, list, leaves, object, field, end
  }

  init(_ variables: VariableValues) {
    for value in variables.values {
      if let value { append(value) } else { mark(.absent) }
    }
  }

  private mutating func append(_ value: InputValue) {
    switch value {
    case .null: mark(.null)
    case .boolean(let value): mark(value ? .trueValue : .falseValue)
    case .int, .float, .string, .scalar, .scalarObject, .variable: mark(.leaf)
    case .enumValue(let id):
      mark(.enumValue)
      append(id.index)
    case .list(let elements):
      if elements.allSatisfy(Self.isLeaf) { return mark(.leaves) }
      mark(.list)
      for element in elements { append(element) }
      mark(.end)
    case .object(let fields):
      mark(.object)
      for field in fields {
        mark(.field)
        append(field.id.index)
        append(field.value)
      }
      mark(.end)
    }
  }

  /// Whether a list of such values is one parameter, however many there are.
  private static func isLeaf(_ value: InputValue) -> Bool {
    switch value {
    case .int, .float, .string, .scalar: true
    default: false
    }
  }

  private mutating func mark(_ mark: Mark) { bytes.append(mark.rawValue) }

  private mutating func append(_ number: Int) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: number)) { bytes.append(contentsOf: $0) }
  }
}
