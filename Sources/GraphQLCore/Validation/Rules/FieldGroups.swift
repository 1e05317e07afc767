/// The fields of selection sets, inline fragments dissolved, grouped by response name.
///
/// A set is worked out once for each type that it is looked at as.
struct FieldGroups {
  struct Field {
    let node: NodeID
    /// The type in which it is selected.
    let parent: TypeID?
    let field: FieldID?
    /// Without arguments and selection.
    let isPlain: Bool
  }

  struct Group {
    let name: NameID
    var fields: [Field]
  }

  struct FieldSet {
    fileprivate(set) var groups: [Group] = []
    fileprivate(set) var spreads: [NodeID] = []
    fileprivate var indices: [NameID: Int] = [:]

    subscript(name: NameID) -> [Field]? { indices[name].map { groups[$0].fields } }
  }

  private struct Key: Hashable {
    let set: NodeID
    let type: TypeID?
  }

  private let context: ValidationContext
  private var sets: [FieldSet] = []
  private var ids: [Key: Int] = [:]

  init(_ context: ValidationContext) {
    self.context = context
  }

  subscript(id: Int) -> FieldSet { sets[id] }

  mutating func id(ofFragment fragment: NodeID) -> Int {
    let set = context.document.selectionSet(of: fragment) ?? fragment
    return id(of: set, in: context.info(fragment).scopeType)
  }

  mutating func id(of set: NodeID, in type: TypeID?) -> Int {
    let key = Key(set: set, type: type)
    if let known = ids[key] { return known }
    var result = FieldSet()
    collect(set, type, into: &result)
    sets.append(result)
    ids[key] = sets.count - 1
    return sets.count - 1
  }

  private func collect(_ set: NodeID, _ type: TypeID?, into result: inout FieldSet) {
    let document = context.document
    for selection in document.children(of: set) {
      switch document.kind(selection) {
      case .field: add(selection, type, to: &result)
      case .fragmentSpread: result.spreads.append(selection)
      default:
        guard let inner = document.selectionSet(of: selection) else { continue }
        let hasCondition = document.type(of: selection) != nil
        collect(inner, hasCondition ? context.info(selection).scopeType : type, into: &result)
      }
    }
  }

  private func add(_ node: NodeID, _ type: TypeID?, to result: inout FieldSet) {
    let document = context.document
    let field = type.flatMap {
      context.schema.field(named: document.bytes(document.nameID(node)), of: $0)
    }
    let isPlain =
      !document.hasChild(node, .argument) && document.selectionSet(of: node) == nil
    let entry = Field(node: node, parent: type, field: field, isPlain: isPlain)
    let name = document.responseName(node)
    if let index = result.indices[name] {
      result.groups[index].fields.append(entry)
    } else {
      result.indices[name] = result.groups.count
      result.groups.append(Group(name: name, fields: [entry]))
    }
  }
}
