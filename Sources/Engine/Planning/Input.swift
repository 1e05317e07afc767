import GraphQLCore

/// A value of the request while it is planned, which remembers the variable that it came from.
///
/// What comes from a variable becomes a parameter that each request fills anew; the rest of the
/// value's structure is the same for all requests of one shape.
struct Input {
  var value: InputValue
  /// The variable and the way to the value in it; nil for what stands in the document.
  var origin: (variable: Int, steps: [ParameterRecipe.Step])?

  /// A value as the operation has it; nil where it is a variable that the request leaves out.
  init?(_ value: InputValue, _ variables: VariableValues) {
    guard case .variable(let index) = value else {
      self.value = value
      return
    }
    guard let given = variables[index] else { return nil }
    self.value = given
    origin = (index, [])
  }

  private init(value: InputValue, origin: (variable: Int, steps: [ParameterRecipe.Step])?) {
    self.value = value
    self.origin = origin
  }

  var isNull: Bool { value == .null }

  var source: ParameterRecipe.Source {
    if let origin { .variable(origin.variable, origin.steps) } else { .constant(value) }
  }

  /// An integer that stands in the document itself.
  var literalCount: Int? {
    if origin == nil, case .int(let text) = value { Int(text) } else { nil }
  }

  /// The fields of an input object in their order, without those of absent variables.
  func fields(_ variables: VariableValues) -> [(id: InputValueID, input: Input)] {
    guard case .object(let fields) = value else { return [] }
    return fields.compactMap { field in
      child(field.value, .field(field.id), variables).map { (field.id, $0) }
    }
  }

  /// The elements of a list; a single value stands for a list of it.
  func elements(_ variables: VariableValues) -> [Input] {
    guard case .list(let elements) = value else { return isNull ? [] : [self] }
    return elements.enumerated().compactMap { child($1, .element($0), variables) }
  }

  private func child(
    _ value: InputValue,
    _ step: ParameterRecipe.Step,
    _ variables: VariableValues
  ) -> Input? {
    guard let origin else { return Input(value, variables) }
    return Input(value: value, origin: (origin.variable, origin.steps + [step]))
  }
}
