import GraphQLCore
import JSON
import SQLCompiler

/// Where a slot's value comes from, and what text it becomes.
struct ParameterRecipe: Hashable, Sendable {
  /// A step into the value of a variable.
  enum Step: Hashable, Sendable {
    case field(InputValueID)
    case element(Int)
  }

  indirect enum Source: Hashable, Sendable {
    /// A value that stands in the document.
    case constant(InputValue)
    /// A value in a variable of the request; the shape of the variables is part of the plan, so the
    /// path exists in each request that uses it.
    case variable(Int, [Step])
    /// A session variable, by its name in lower case.
    case session(String)
    /// All variables of the session, as a JSON object.
    case sessionVariables
    /// Where a stream begins: a value that is replaced as it goes on, and so is no other's.
    case cursor(Source)
    /// The values of one column of the keys of rows that a stream is to fetch.
    case streamKeys(Int)
    /// A column of the key of the rows that the function behind a field names.
    case nativeKey(Int)
  }

  /// The text that PostgreSQL is sent.
  enum Form: Hashable, Sendable {
    case scalar
    /// A number without a fraction.
    case integer
    /// A number without an exponent.
    case money
    case json
    /// An array literal of the elements of a list.
    case array
    /// An array literal of the elements of a list, which are JSON.
    case jsonArray
    /// A value of an array type: a list of its elements, or their ``ListText``.
    case arrayValue
    /// The same of a type whose elements are JSON.
    case jsonArrayValue
    /// A geometry or geography: GeoJSON, or what PostGIS reads as it is.
    case geometry
    /// An array literal of such.
    case geometryArray
    /// An array of text whose elements are array literals.
    case arrayOfArrays
    /// The same, of elements that are JSON.
    case arrayOfJSONArrays
    /// The pattern of a `like`, which does not end in the middle of an escape.
    case likePattern
    /// An array of text: the steps of a path into a JSON value.
    case jsonPath
    /// A number of rows, which must not be negative.
    case limit
    /// An array literal of the values that one column has in several rows.
    case values(Element)
    /// An array of the values that the rows of a list have in one field; NULL where there is none.
    case column(InputValueID, acceptsNull: Bool, Element)
    /// An array of booleans: whether the rows of a list have the field.
    case presence(InputValueID)

    /// What an element of an array is.
    enum Element: Hashable, Sendable {
      case scalar
      case integer
      case money
      case json
      /// The text of an array literal.
      case array
      /// The text of an array literal whose elements are JSON.
      case jsonArray
      case geometry
    }

    /// The same as an element of an array.
    var element: Element {
      switch self {
      case .integer: .integer
      case .money: .money
      case .json: .json
      case .arrayValue: .array
      case .jsonArrayValue: .jsonArray
      case .geometry: .geometry
      default: .scalar
      }
    }
  }

  var source: Source
  var form: Form
  /// Where the value stands in the request, for errors.
  var path: String
}

extension ParameterRecipe.Form {
  /// What a value of a type is sent as.
  init(valueOf type: BoundType) {
    self =
      if type.hasJSONElements {
        .jsonArrayValue
      } else if type.isArray {
        .arrayValue
      } else if type.isJSON {
        .json
      } else if type.isSpatial {
        .geometry
      } else if type.isInteger {
        .integer
      } else if type.isMoney {
        .money
      } else {
        .scalar
      }
  }

  /// What the operand of an operator is sent as, for a column of a type.
  init(operandOf comparison: ComparisonOperator, _ type: BoundType) {
    switch comparison {
    case .isIn, .notIn:
      self =
        if type.hasJSONElements {
          .arrayOfJSONArrays
        } else if type.isArray {
          .arrayOfArrays
        } else if type.isJSON {
          .jsonArray
        } else if type.isSpatial {
          .geometryArray
        } else if type.isInteger {
          .values(.integer)
        } else if type.isMoney {
          .values(.money)
        } else {
          .array
        }
    case .like, .notLike, .caseInsensitiveLike, .notCaseInsensitiveLike: self = .likePattern
    case _ where comparison.takesList: self = .array
    default: self.init(valueOf: comparison.operandType(0, of: type) ?? type)
    }
  }
}

extension BoundType {
  fileprivate var hasJSONElements: Bool { elementSQLName == "json" || elementSQLName == "jsonb" }
  fileprivate var isInteger: Bool { name == "int8" || name == "int4" || name == "int2" }
  fileprivate var isMoney: Bool { name == "money" }
}

extension ParameterRecipe {
  /// The value in this request; null for what comes from its session.
  func value(_ variables: VariableValues) -> InputValue { source.value(variables) }
}

extension ParameterRecipe.Source {
  func value(_ variables: VariableValues) -> InputValue {
    switch self {
    case .cursor(let start): return start.value(variables)
    case .constant(let value): return value.substituting(variables)
    case .session, .sessionVariables, .streamKeys, .nativeKey: return .null
    case .variable(let index, let steps):
      guard var value = variables[index] else { return .null }
      for step in steps {
        switch (step, value) {
        case (.field(let id), .object(let fields)):
          value = fields.first { $0.id == id }?.value ?? .null
        case (.element(let index), .list(let elements)) where index < elements.count:
          value = elements[index]
        // A single value stands for a list of it.
        case (.element(0), let single): value = single
        default: return .null
        }
      }
      return value
    }
  }
}

extension InputValue {
  /// The value with those of variables in their places.
  fileprivate func substituting(_ variables: VariableValues) -> InputValue {
    switch self {
    case .variable(let index): variables[index] ?? .null
    case .list(let elements): .list(elements.map { $0.substituting(variables) })
    case .object(let fields):
      .object(
        fields.compactMap { field in
          if case .variable(let index) = field.value, variables[index] == nil { return nil }
          return InputField(id: field.id, value: field.value.substituting(variables))
        }
      )
    case .scalarObject(let fields):
      .scalar(
        .object(
          JSONObject(
            fields.map {
              JSONObject.Member(key: $0.name, value: $0.value.scalarJSON(variables))
            }
          )
        )
      )
    default: self
    }
  }

  /// A part of a custom scalar's literal as JSON.
  private func scalarJSON(_ variables: VariableValues) -> JSONValue {
    switch substituting(variables) {
    case .boolean(let value): .bool(value)
    case .int(let digits), .float(let digits):
      JSONNumber(digits).map { .number($0) } ?? .string(digits)
    case .string(let text): .string(text)
    case .scalar(let value): value
    case .list(let elements): .array(elements.map { $0.scalarJSON(variables) })
    default: .null
    }
  }
}
