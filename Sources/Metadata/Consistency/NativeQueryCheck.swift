import Catalog
import JSON

/// Finds out which logical models and native queries of a source hold.
///
/// They rest on each other: models on those that their fields are of, queries on their models and on
/// what their relationships lead to. So what is wrong is taken out until nothing more falls with it.
struct NativeQueryCheck {
  private(set) var models: [LogicalModel]
  private(set) var queries: [NativeQuery]
  private(set) var inconsistencies: [InconsistentObject] = []
  private let source: String
  private let catalog: Catalog
  /// The tables that are tracked and hold.
  private let tables: Set<TableName>

  init(_ source: Source, tables: Set<TableName>, catalog: Catalog) {
    self.source = source.name
    self.tables = tables
    self.catalog = catalog
    models = source.logicalModels
    queries = source.nativeQueries
    while dropModels() {}
    while dropQueries() {}
  }

  /// What is wrong with a relationship that leads to a native query.
  func failures(to name: String, _ mapping: [Relationship.ColumnPair]) -> [String] {
    guard let query = queries.first(where: { $0.rootField == name }), let model = model(of: query)
    else { return ["native query \"\(name)\" is not tracked"] }
    return missing(mapping.map(\.remote), in: model, of: name)
  }

  private func model(of query: NativeQuery) -> LogicalModel? {
    query.inlineModel ?? models.first { $0.name == query.model }
  }

  private func missing(_ columns: [String], in model: LogicalModel, of query: String) -> [String] {
    columns.filter { !model.hasColumn($0) }
      .map { "native query \"\(query)\" has no field named \"\($0)\"" }
  }

  // MARK: - Logical models

  /// Takes out models that do not hold; true where there is one.
  private mutating func dropModels() -> Bool {
    let failing = models.compactMap { model in failure(of: model).map { (model, $0) } }
    for (model, message) in failing {
      inconsistencies.append(
        InconsistentObject(
          MetadataObject(
            id: .logicalModel(source: source, model.name),
            definition: model.encoded()
          ),
          message
        )
      )
    }
    models.removeAll { model in failing.contains { $0.0.name == model.name } }
    return !failing.isEmpty
  }

  private func failure(of model: LogicalModel) -> String? {
    if let unknown = unknownType(in: model) {
      return "in logical model \"\(model.name)\": \(unknown)"
    }
    return unknownModel(in: model)
  }

  private func unknownType(in model: LogicalModel) -> String? {
    for field in model.fields {
      if let type = field.scalar, catalog.type(namedInModels: type) == nil {
        return "the type \"\(type)\" of field \"\(field.name)\" does not exist"
      }
    }
    return nil
  }

  private func unknownModel(in model: LogicalModel) -> String? {
    let unknown = model.fields.compactMap(\.type.model).first { name in
      !models.contains { $0.name == name }
    }
    return unknown.map { "logical model \"\($0)\" is not tracked" }
  }

  // MARK: - Native queries

  /// Takes out queries that do not hold; true where there is one.
  private mutating func dropQueries() -> Bool {
    let failing = queries.compactMap { query -> (query: NativeQuery, messages: [String])? in
      let messages = failures(of: query)
      return messages.isEmpty ? nil : (query, messages)
    }
    for (query, messages) in failing {
      let object = MetadataObject(
        id: .nativeQuery(source: source, query.rootField),
        definition: query.encoded()
      )
      inconsistencies += messages.map { InconsistentObject(object, $0) }
    }
    queries.removeAll { query in failing.contains { $0.query.rootField == query.rootField } }
    return !failing.isEmpty
  }

  private func failures(of query: NativeQuery) -> [String] {
    let prefix = "in native query \"\(query.rootField)\": "
    guard let model = model(of: query) else {
      return ["The logical model \(query.model) could not be found"]
    }
    if let inline = query.inlineModel {
      if let unknown = unknownType(in: inline) { return [prefix + unknown] }
      if let unknown = unknownModel(in: inline) { return [unknown] }
    }
    for argument in query.arguments where catalog.type(namedInModels: argument.type) == nil {
      return [
        prefix + "the type \"\(argument.type)\" of argument \"\(argument.name)\" does not exist"
      ]
    }
    let objects = Set(query.objectRelationships.map(\.name))
    let repeated = query.arrayRelationships.map(\.name).filter(objects.contains)
    guard repeated.isEmpty else {
      let list = repeated.sorted { $0.precedes($1) }.joined(separator: ",")
      return ["The native query '\(query.rootField)' has duplicate relationships: \(list)"]
    }
    if let unfulfilled = unfulfilledField(of: model, in: query) { return [unfulfilled] }
    return (query.objectRelationships + query.arrayRelationships).flatMap { relationship in
      failures(of: relationship, of: query, model)
    }
  }

  /// A field of rows has to be a relationship's, which brings them.
  private func unfulfilledField(of model: LogicalModel, in query: NativeQuery) -> String? {
    for field in model.fields {
      switch field.type {
      case .scalar: continue
      case .array(.scalar, _): return "Arrays of scalar types are not currently implemented"
      case .array(.array, _): return "Nested arrays are not currently implemented"
      case .model, .array:
        guard query.relationship(named: field.name) == nil else { continue }
        let kind = if case .model = field.type { "object" } else { "array" }
        return "Unexpected logical model \(kind) field '\(field.name)'."
      }
    }
    return nil
  }

  private func failures(
    of relationship: Relationship,
    of query: NativeQuery,
    _ model: LogicalModel
  ) -> [String] {
    let place = "in native query \"\(query.rootField)\": in relationship \"\(relationship.name)\": "
    if model.hasColumn(relationship.name) {
      return [place + "field definition conflicts with field of the logical model"]
    }
    let mapping: [Relationship.ColumnPair]
    let remote: [String]
    switch relationship.using {
    case .foreignKey, .foreignKeyOn: return []
    case .nativeQuery(let name, let pairs, _):
      mapping = pairs
      remote = failures(to: name, pairs)
    case .manual(let name, let pairs, _):
      mapping = pairs
      guard tables.contains(name), let table = catalog.table(name) else {
        return ["table \"\(name)\" is not tracked"]
      }
      remote = pairs.map(\.remote).filter { table.column(named: $0) == nil }
        .map { "table \"\(name)\" has no field named \"\($0)\"" }
    }
    guard !mapping.isEmpty else { return [place + "the mapping names no columns"] }
    return missing(mapping.map(\.local), in: model, of: query.rootField) + remote
  }
}
