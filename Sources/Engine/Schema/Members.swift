import GraphQLCore

/// The members of a type on its way, each with its binding.
struct Members<Definition, Binding> {
  private(set) var definitions: [Definition] = []
  private(set) var bindings: [Binding] = []

  mutating func append(_ definition: Definition, _ binding: Binding) {
    definitions.append(definition)
    bindings.append(binding)
  }

  var isEmpty: Bool { definitions.isEmpty }

  /// By name, the first of each name: columns come before relationships.
  ///
  /// Hasura's introspection sorts, and so does a schema that is printed to be compared.
  func sorted(by name: (Definition) -> String) -> Self {
    let names = definitions.map(name)
    let order = names.indices.sorted { (names[$0], $0) < (names[$1], $1) }
    var sorted = Self()
    var last: String?
    for index in order where names[index] != last {
      sorted.append(definitions[index], bindings[index])
      last = names[index]
    }
    return sorted
  }
}

extension Members where Definition == FieldDefinition, Binding == FieldBinding {
  /// With the engine's own words in the convention of a source.
  func named(by naming: SchemaNaming) -> Self {
    guard naming.usesCamelCase, bindings.contains(where: \.hasEngineName) else { return self }
    var named = Self()
    for (definition, binding) in zip(definitions, bindings) {
      var definition = definition
      if binding.hasEngineName { definition.name = naming.field(definition.name) }
      named.append(definition, binding)
    }
    return named.sorted
  }
}

extension Members where Definition == InputValueDefinition, Binding == InputBinding {
  /// With the engine's own words in the convention of a source.
  func named(by naming: SchemaNaming) -> Self {
    guard naming.usesCamelCase, bindings.contains(where: \.hasEngineName) else { return self }
    var named = Self()
    for (definition, binding) in zip(definitions, bindings) {
      var definition = definition
      if binding.hasEngineName { definition.name = naming.field(definition.name) }
      named.append(definition, binding)
    }
    return named.sorted
  }
}

extension Members where Definition == FieldDefinition {
  var sorted: Self { sorted(by: \.name) }
}

extension Members where Definition == InputValueDefinition {
  var sorted: Self { sorted(by: \.name) }
}
