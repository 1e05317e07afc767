import Catalog
import GraphQLCore
import SQLCompiler

@testable import Engine

extension RoleSchema {
  /// Where two schemas say something else, whatever the ids of their types and the places of their
  /// tables are; empty where they say the same.
  func differences(from other: RoleSchema) -> [String] {
    var found: [String] = []
    if sdl != other.sdl { found.append("text") }
    if inconsistencies != other.inconsistencies { found.append("inconsistencies") }
    if rootConflicts != other.rootConflicts { found.append("root conflicts") }
    if sources != other.sources || functions != other.functions { found.append("sources") }
    for type in schema.types {
      guard let id = other.schema.type(named: type.name.utf8Span.span) else { continue }
      let twin = other.schema[id]
      let fields = zip(type.fields, twin.fields).allSatisfy { left, right in
        says(fieldBindings[left], as: other.fieldBindings[right], in: other)
          && zip(schema.fields[left].arguments, other.schema.fields[right].arguments).allSatisfy {
            inputBindings[$0] == other.inputBindings[$1]
          }
      }
      let inputs = zip(type.inputFields, twin.inputFields).allSatisfy {
        inputBindings[$0] == other.inputBindings[$1]
          && schema.coercedDefault(of: InputValueID($0))
            == other.schema.coercedDefault(of: InputValueID($1))
      }
      let values = zip(type.enumValues, twin.enumValues).allSatisfy {
        enumBindings[$0] == other.enumBindings[$1]
      }
      if !fields || !inputs || !values { found.append(type.name) }
      if type.interfaces.count != twin.interfaces.count { found.append(type.name) }
    }
    for index in tables.indices {
      let twin = other.tables.firstIndex { $0.name == tables[index].name }
      let isSame = twin.map {
        placeless(index) == other.placeless($0) && writes[index] == other.writes[$0]
      }
      if isSame != true { found.append("\(tables[index].name)") }
    }
    if tables.count != other.tables.count { found.append("tables") }
    return found
  }

  private func says(_ binding: FieldBinding, as twin: FieldBinding, in other: RoleSchema) -> Bool {
    if case .column(let table, let column) = binding,
      case .column(let otherTable, let otherColumn) = twin
    {
      return tables[table].name == other.tables[otherTable].name && column == otherColumn
    }
    guard let table = binding.rootTable, let otherTable = twin.rootTable else {
      return binding == twin
    }
    let kinds = ("\(binding)", "\(twin)")
    return tables[table].name == other.tables[otherTable].name
      && kinds.0.prefix { $0 != "(" } == kinds.1.prefix { $0 != "(" }
  }

  /// A table with the names of those that it is related to, and not their places.
  private func placeless(_ index: Int) -> [AnyHashable] {
    var table = tables[index]
    let targets = table.relationships.map { tables[$0.target].name }
    for relationship in table.relationships.indices {
      table.relationships[relationship].target = 0
    }
    return [table, targets]
  }

  /// Whether every member is found by its name, and has the place that its type says.
  var isFoundByNames: Bool {
    schema.types.enumerated().allSatisfy { index, type in
      let id = TypeID(index)
      return schema.type(named: type.name.utf8Span.span) == id
        && type.fields.allSatisfy {
          schema.field(named: schema.fields[$0].name.utf8Span.span, of: id) == FieldID($0)
        }
        && type.inputFields.allSatisfy {
          schema.inputField(named: schema.inputValues[$0].name.utf8Span.span, of: id)
            == InputValueID($0)
        }
        && type.enumValues.allSatisfy {
          schema.enumValue(named: schema.enumValues[$0].name.utf8Span.span, of: id)
            == EnumValueID($0)
        }
    }
  }
}
