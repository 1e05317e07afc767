package import Catalog
import JSON

extension Source {
  /// The source with every table of its database tracked, and with relationships both ways for
  /// every foreign key.
  ///
  /// What the document says already stays as it is: names that are given by hand are kept.
  package func completed(from catalog: Catalog) -> Source {
    var source = self
    for table in catalog.tables where source.table(table.name) == nil {
      source.tables.append(TrackedTable(table.name))
    }
    let sameNames = Dictionary(grouping: source.tables.map(\.table), by: \.name)
    let suggestions = RelationshipSuggestion.all(in: source, catalog: catalog)
    let siblings = Dictionary(grouping: suggestions, by: \.way)
    for suggestion in suggestions where !suggestion.isTracked(in: source, catalog: catalog) {
      guard let table = catalog.table(suggestion.table) else { continue }
      let names = suggestion.names(
        isOnly: siblings[suggestion.way]?.count == 1,
        isAmbiguous: (sameNames[suggestion.target.name]?.count ?? 0) > 1
      )
      source.update(suggestion.table) { tracked in
        let isFree = { (name: String) in
          !tracked.hasField(name, in: table) && !tracked.hasField("\(name)_aggregate", in: table)
        }
        let name = names.first(where: isFree) ?? suggestion.constraint
        let relationship = Relationship(name: name, using: suggestion.using)
        switch suggestion.kind {
        case .object: tracked.objectRelationships.append(relationship)
        case .array: tracked.arrayRelationships.append(relationship)
        }
      }
    }
    return source
  }
}

extension RelationshipSuggestion {
  /// From which table to which it leads, and whether along the key or back.
  fileprivate struct Way: Hashable {
    let table: TableName
    let target: TableName
    let isForward: Bool
  }

  fileprivate var way: Way { Way(table: table, target: target, isForward: isForward) }

  /// Names for the relationship, the best one first.
  ///
  /// Forward, `author_id` gives `author`, and `exchange_mic`, to exchanges, `exchange`. Back, the
  /// table's name in the plural, with its schema where that is another one and the name is not
  /// unique, and with the column where the column says more than which table it refers to.
  fileprivate func names(isOnly: Bool, isAmbiguous: Bool) -> [String] {
    isForward ? forwardNames : backwardNames(isOnly: isOnly, isAmbiguous: isAmbiguous)
  }

  private var forwardNames: [String] {
    let singular = EnglishNoun(target.name).singular
    guard columns.count == 1, let column = columns.first else {
      return [singular, "\(target.schema)_\(singular)"]
    }
    if column.hasSuffix("_id") {
      let stem = String(column.dropLast(3))
      return [stem, "\(stem)_\(singular)", "\(stem)_info"]
    }
    // Where a column is a value of its own, such as a symbol, it takes the short name itself.
    let isAboutTarget = column.hasPrefix("\(singular)_") && columns != targetColumns
    return isAboutTarget && column.utf8.count > singular.utf8.count + 2
      ? [singular, "\(column)_info"] : ["\(column)_info", "\(column)_\(singular)"]
  }

  private func backwardNames(isOnly: Bool, isAmbiguous: Bool) -> [String] {
    let noun = EnglishNoun(target.name)
    var base = kind == .array ? noun.plural : noun.singular
    if isAmbiguous && target.schema != table.schema { base = "\(target.schema)_\(base)" }
    let stems = targetColumns.map { $0.hasSuffix("_id") ? String($0.dropLast(3)) : $0 }
    let qualified = "\(base)_by_\(stems.joined(separator: "_and_"))"
    let prefixed = "\(target.schema)_\(base)"
    if target == table {
      return stems.contains { $0.hasPrefix("parent") } ? ["child_\(base)", qualified] : [qualified]
    }
    return isOnly || targetColumns == columns ? [base, qualified, prefixed] : [qualified]
  }
}
