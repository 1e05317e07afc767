import Catalog
import Metadata

/// How a source's tables, columns and functions are called in the schema.
///
/// Names are made of parts. By the convention `hasura-default` they are joined as they are, by
/// `graphql-default` in camel case, types in Pascal case; what the metadata name keeps its case, and
/// gets a capital alone where something stands before it. The prefixes and suffixes of the source come
/// last, as in Hasura.
struct SchemaNaming: Hashable, Sendable {
  /// A piece of a name, whose own words are separated by underscores.
  struct Part: Hashable, Sendable {
    var text: String
    /// Whether the metadata say it so, and it is no name of the database and no word of the engine.
    var isCustom = false

    init(_ text: String, isCustom: Bool = false) {
      self.text = text
      self.isCustom = isCustom
    }
  }

  /// Whether the convention is `graphql-default`.
  var usesCamelCase = false
  var customization = SourceCustomization()

  init() {}

  /// Conventions count only where the operator has switched them on.
  init(of source: Source, _ options: SchemaOptions) {
    customization = source.customization
    guard options.allowsNamingConventions else { return }
    let convention = source.customization.namingConvention ?? options.defaultNamingConvention
    usesCamelCase = convention == .graphQLDefault
  }

  // MARK: - Names

  /// The name of a type.
  func type(_ parts: [Part]) -> String {
    affixed(
      typeWithoutAffixes(parts),
      customization.typeNamesPrefix,
      customization.typeNamesSuffix
    )
  }

  /// The name of a type that tables share.
  func type(shared name: String) -> String { type([Part(name)]) }

  /// The name of a type that sources of one convention share.
  func type(global name: String) -> String { typeWithoutAffixes([Part(name)]) }

  /// The name of a type as it is, but for what the source adds to all.
  func type(exactly name: String) -> String {
    affixed(name, customization.typeNamesPrefix, customization.typeNamesSuffix)
  }

  /// The name of a field, an argument or a member of an input.
  func field(_ parts: [Part]) -> String {
    guard usesCamelCase else { return parts.map(\.text).joined(separator: "_") }
    return joined(parts) { $0.camelCased }
  }

  func field(_ name: String) -> String { usesCamelCase ? field([Part(name)]) : name }

  /// The name of a root field.
  func root(_ parts: [Part]) -> String {
    affixed(field(parts), customization.rootFieldsPrefix, customization.rootFieldsSuffix)
  }

  /// The name of a value of an enum.
  func enumValue(_ name: String) -> String { usesCamelCase ? name.uppercased() : name }

  private func typeWithoutAffixes(_ parts: [Part]) -> String {
    guard usesCamelCase else { return parts.map(\.text).joined(separator: "_") }
    return joined(parts) { $0.pascalCased }
  }

  private func joined(_ parts: [Part], first convert: (String) -> String) -> String {
    var name = ""
    for part in parts {
      if name.isEmpty {
        name = part.isCustom ? part.text : convert(part.text)
      } else {
        name += part.isCustom ? part.text.capitalizedFirst : part.text.pascalCased
      }
    }
    return name
  }

  private func affixed(_ name: String, _ prefix: String?, _ suffix: String?) -> String {
    guard usesCamelCase else { return (prefix ?? "") + name + (suffix ?? "") }
    return (prefix.map { $0 + name.capitalizedFirst } ?? name) + (suffix ?? "").capitalizedFirst
  }
}

extension String {
  /// The words of `snake_case`; an underscore that comes first belongs to the first word.
  private var words: [String] {
    var words = split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    if words.count > 1, words[0].isEmpty {
      words.removeFirst()
      words[0] = "_" + words[0]
    }
    return words
  }

  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  fileprivate var pascalCased: String { words.map(\.capitalizedFirst).joined() }

  fileprivate var camelCased: String {
    let words = words
    guard let first = words.first else { return self }
    return first.prefix(1).lowercased() + first.dropFirst()
      + words.dropFirst().map(\.capitalizedFirst).joined()
  }
}

extension TrackedTable {
  /// What its name in the schema is made of.
  var nameParts: [SchemaNaming.Part] {
    if let name = configuration.customName { return [SchemaNaming.Part(name, isCustom: true)] }
    let name = SchemaNaming.Part(table.name)
    return table.schema == "public" ? [name] : [SchemaNaming.Part(table.schema), name]
  }
}

extension FieldBinding {
  /// Whether the field's name is a word of the engine, and no name of the database or of a user.
  var hasEngineName: Bool {
    switch self {
    case .affectedRows, .aggregateFunction, .groupBy, .groupKey: true
    default: false
    }
  }
}

extension InputBinding {
  /// Whether the name is a word of the engine, and no name of the database or of a user.
  var hasEngineName: Bool {
    switch self {
    case .orderByArgument, .distinctOn, .batchSize, .cursorInitialValue, .onConflict,
      .conflictColumns, .keyColumns, .change, .comparison, .operand, .aggregatePredicate,
      .orderByAggregateFunction, .groupKeyInterval, .groupKeyDateUnit, .groupKeyZone, .groupOrderBy,
      .orderByGroupKey:
      true
    default: false
    }
  }
}
