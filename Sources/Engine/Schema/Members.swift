import GraphQLCore

/// The members of a type on its way, each with its binding.
struct Members<Definition: Sendable, Binding: Sendable>: Sendable {
  private(set) var definitions: [Definition] = []
  private(set) var bindings: [Binding] = []

  mutating func append(_ definition: Definition, _ binding: Binding) {
    definitions.append(definition)
    bindings.append(binding)
  }

  var isEmpty: Bool { definitions.isEmpty }

  /// Those whose bindings are to be kept.
  func filter(_ isKept: (Binding) -> Bool) -> Self {
    var kept = Self()
    for (definition, binding) in zip(definitions, bindings) where isKept(binding) {
      kept.append(definition, binding)
    }
    return kept
  }

  /// The members of two lists that are in the order of their names; nil where a name is in both.
  func merged(with other: Self, by name: (Definition) -> String) -> Self? {
    var merged = Self()
    merged.definitions.reserveCapacity(definitions.count + other.definitions.count)
    merged.bindings.reserveCapacity(definitions.count + other.definitions.count)
    var next = 0
    for (definition, binding) in zip(definitions, bindings) {
      while next < other.definitions.count {
        let (first, second) = (name(other.definitions[next]), name(definition))
        if first == second { return nil }
        guard first < second else { break }
        merged.append(other.definitions[next], other.bindings[next])
        next += 1
      }
      merged.append(definition, binding)
    }
    for index in next..<other.definitions.count {
      merged.append(other.definitions[index], other.bindings[index])
    }
    return merged
  }

  /// By name, the first of each name: columns come before relationships.
  ///
  /// Hasura's introspection sorts, and so does a schema that is printed to be compared.
  func sorted(by name: (Definition) -> String) -> Self {
    let names = definitions.map(name)
    // Columns come sorted, and most of what is made of them is.
    if zip(names, names.dropFirst()).allSatisfy({ $0 < $1 }) { return self }
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
