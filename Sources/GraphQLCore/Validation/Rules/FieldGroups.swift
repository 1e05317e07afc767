/// The fields of selection sets, inline fragments dissolved, grouped by response name.
///
/// A set is worked out once. What a comparison needs of a field is copied to where it is compared,
/// so that comparing many neither follows references nor counts them.
struct FieldGroups {
  struct Field {
    let node: NodeID
    let name: NameID
    /// The type in which it is selected.
    let parent: TypeID?
    let field: FieldID?
    let type: TypeReference?
    let selectionSet: NodeID?
    /// Equal for equal arguments; 0 for none.
    let arguments: Int32
    let argumentCount: Int32

    var isPlain: Bool { selectionSet == nil && arguments == 0 }
  }

  struct Group {
    let name: NameID
    var fields: [Field]
  }

  struct FieldSet {
    fileprivate(set) var groups: [Group] = []
    fileprivate(set) var spreads: [NodeID] = []
    /// The fragments that are spread, each once; nil for names that no fragment has.
    fileprivate(set) var fragments: [NodeID?] = []
    fileprivate var indices: [NameID: Int] = [:]

    /// Where the fields of a response name are.
    func index(of name: NameID) -> Int? {
      groups.count <= 8 ? groups.firstIndex { $0.name == name } : indices[name]
    }
  }

  private let context: ValidationContext
  private(set) var sets: [FieldSet] = []
  /// The index of a selection set's fields, by node; -1 where they are not worked out yet.
  private var ids: [Int32]
  private var argumentIDs: [[UInt8]: Int32] = [:]

  init(_ context: ValidationContext) {
    self.context = context
    ids = Array(repeating: -1, count: context.document.nodes.count)
  }

  mutating func id(ofFragment fragment: NodeID) -> Int {
    id(of: context.document.selectionSet(of: fragment) ?? fragment)
  }

  mutating func id(of set: NodeID) -> Int {
    let known = ids[Int(set.raw)]
    if known >= 0 { return Int(known) }
    var result = FieldSet()
    collect(set, context.info(set).scopeType, into: &result)
    var seen: Set<NodeID?> = []
    for spread in result.spreads {
      let fragment = context.fragments[context.document.nameID(spread)]
      if seen.insert(fragment).inserted { result.fragments.append(fragment) }
    }
    sets.append(result)
    ids[Int(set.raw)] = Int32(truncatingIfNeeded: sets.count - 1)
    return sets.count - 1
  }

  private mutating func collect(_ set: NodeID, _ type: TypeID?, into result: inout FieldSet) {
    let document = context.document
    for selection in document.children(of: set) {
      switch document.kind(selection) {
      case .field: add(selection, type, to: &result)
      case .fragmentSpread: result.spreads.append(selection)
      default:
        guard let inner = document.selectionSet(of: selection) else { continue }
        collect(inner, context.info(selection).scopeType, into: &result)
      }
    }
  }

  private mutating func add(_ node: NodeID, _ type: TypeID?, to result: inout FieldSet) {
    let document = context.document
    let definition = context.info(node).definition
    let field = definition >= 0 ? FieldID(Int(definition)) : nil
    let arguments = document.children(of: node, .argument).sorted {
      document.nameID($0) < document.nameID($1)
    }
    let entry = Field(
      node: node,
      name: document.nameID(node),
      parent: type,
      field: field,
      type: field.map { context.schema[$0].type },
      selectionSet: document.selectionSet(of: node),
      arguments: id(ofArguments: arguments),
      argumentCount: Int32(truncatingIfNeeded: arguments.count)
    )
    let name = document.responseName(node)
    if let index = result.indices[name] {
      result.groups[index].fields.append(entry)
    } else {
      result.indices[name] = result.groups.count
      result.groups.append(Group(name: name, fields: [entry]))
    }
  }

  private mutating func id(ofArguments arguments: [NodeID]) -> Int32 {
    guard !arguments.isEmpty else { return 0 }
    var key: [UInt8] = []
    for argument in arguments { context.document.appendCanonical(argument, to: &key) }
    if let known = argumentIDs[key] { return known }
    let id = Int32(truncatingIfNeeded: argumentIDs.count + 1)
    argumentIDs[key] = id
    return id
  }
}

extension Document {
  /// Appends bytes that are equal for equal values, whatever the order of fields in objects.
  fileprivate func appendCanonical(_ node: NodeID, to key: inout [UInt8]) {
    let kind = kind(node)
    key.append(kind.rawValue)
    switch kind {
    case .variable, .enumValue, .argument, .objectField:
      unsafe withUnsafeBytes(of: nameID(node).raw) { unsafe key.append(contentsOf: $0) }
      if let value = value(of: node) { appendCanonical(value, to: &key) }
    case .null: break
    case .boolean: key.append(self[node].flag)
    case .list:
      for item in children(of: node) { appendCanonical(item, to: &key) }
      key.append(0)
    case .object:
      for field in children(of: node).sorted(by: { nameID($0) < nameID($1) }) {
        appendCanonical(field, to: &key)
      }
      key.append(0)
    default:
      let text = kind.isString ? Array(string(node).utf8) : Array(source[literalRange(node)])
      unsafe withUnsafeBytes(of: text.count) { unsafe key.append(contentsOf: $0) }
      key += text
    }
  }
}
