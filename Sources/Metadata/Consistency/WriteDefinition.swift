package import Catalog
import JSON

/// What a permission says that lets a role write.
package protocol WriteDefinition: Hashable, Sendable {
  /// The form that it shares with all permissions that let the same be written.
  ///
  /// It is for comparing alone. Where the table is known `"*"` is the same as all of its columns.
  func normalized(in table: Table?) -> Self
}

extension InsertPermission: WriteDefinition {
  package func normalized(in table: Table?) -> Self {
    var normal = self
    normal.columns = (columns ?? .all).normalized(in: table, without: set)
    normal.check = check.normalCondition
    normal.set = set.normalPresets
    return normal
  }
}

extension UpdatePermission: WriteDefinition {
  package func normalized(in table: Table?) -> Self {
    var normal = self
    normal.columns = columns.normalized(in: table, without: set)
    normal.filter = filter.normalCondition
    normal.check = check?.normalCondition
    normal.set = set.normalPresets
    return normal
  }
}

extension DeletePermission: WriteDefinition {
  package func normalized(in table: Table?) -> Self {
    var normal = self
    normal.filter = filter.normalCondition
    return normal
  }
}

extension PermittedColumns {
  /// The columns that a request may give values for, in one order.
  fileprivate func normalized(in table: Table?, without presets: JSONObject) -> Self {
    if let table {
      return .some(
        table.columns
          .filter {
            $0.generated == .never && $0.identity != .always && contains($0.name)
              && presets[$0.name] == nil
          }
          .map(\.name)
      )
    }
    guard case .some(let names) = self else { return .all }
    return .some(Set(names).filter { presets[$0] == nil }.sorted { $0.precedes($1) })
  }
}

extension JSONObject {
  fileprivate var normalPresets: JSONObject {
    JSONObject(
      members
        .sorted { $0.key.precedes($1.key) }
        .map { Member(key: $0.key, value: $0.value.normalOperand) }
    )
  }
}

extension JSONValue {
  /// A condition whose parts stand in one order, each once, with the operators' first names.
  fileprivate var normalCondition: JSONValue {
    let parts = JSONValue.inOrder(conjuncts)
    return parts.count == 1 ? parts[0] : ["_and": .array(parts)]
  }

  /// What has to hold, each an object of one member.
  private var conjuncts: [JSONValue] {
    // A value in the place of comparisons is one to be equal to.
    guard let object else { return [["_eq": normalOperand]] }
    return object.members.flatMap { member -> [JSONValue] in
      let (key, value) = (member.key.normalOperator, member.value)
      // A single expression stands for a list of it.
      let elements = value.array ?? [value]
      switch key {
      case "_and": return elements.flatMap(\.conjuncts)
      case "_or":
        return [["_or": .array(JSONValue.inOrder(elements.map(\.normalCondition)))]]
      case "_not": return [["_not": value.normalCondition]]
      case "_exists":
        let table = value["_table"] ?? value["$table"] ?? nil
        let condition = value["_where"] ?? value["$where"] ?? [:]
        return [["_exists": ["_table": table, "_where": condition.normalCondition]]]
      default:
        let isOperator = key.hasPrefix("_")
        let value = isOperator ? value.normalOperand : value.normalCondition
        return [.object(JSONObject([JSONObject.Member(key: key, value: value)]))]
      }
    }
  }

  /// A value of a condition or a preset; names of session variables have no case.
  fileprivate var normalOperand: JSONValue {
    guard let name = string?.lowercased(), name.hasPrefix("x-hasura-") else { return self }
    return .string(name)
  }

  private static func inOrder(_ parts: [JSONValue]) -> [JSONValue] {
    let sorted = parts.map { (text: $0.text, value: $0) }.sorted { $0.text.precedes($1.text) }
    return sorted.indices
      .filter { $0 == 0 || sorted[$0].value != sorted[$0 - 1].value }
      .map { sorted[$0].value }
  }
}

extension String {
  /// The first of the names that an operator has; other names stay as they are.
  fileprivate var normalOperator: String {
    let name = hasPrefix("$") ? "_" + dropFirst() : self
    return name == "_ne" ? "_neq" : name
  }
}
