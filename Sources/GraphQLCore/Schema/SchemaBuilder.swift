/// Puts a ``Schema`` together, in any order: a type may be referred to before it is defined.
///
/// ``type(_:)`` reserves the id of a name, the `define…` functions say what it is, and
/// ``build(query:mutation:subscription:)`` checks that nothing was left open.
package struct SchemaBuilder: Sendable {
  var types = SegmentedArray<TypeDefinition>()
  var fields = SegmentedArray<FieldDefinition>()
  var inputValues = SegmentedArray<InputValueDefinition>()
  var enumValues = SegmentedArray<EnumValueDefinition>()
  var directives: [DirectiveDefinition] = []
  private var isDefined: [Bool] = []
  private var typeIndex = NameIndex(minimumCapacity: 64)
  private var definedTwice: SchemaError?
  /// The schema that this one goes on from, see ``continue(from:)``.
  private var base: Schema?
  /// The types that have been defined since.
  private var defined: [TypeID] = []
  private var hasInterfaces = false
  /// Where the fields of types begin that are last, see ``beginTail()``.
  private var tailStart: Int?

  package var description: String?
  /// Whether texts such as `{a,b}` stand for lists of scalars, see ``ListText``.
  package var takesListTexts = false
  /// Whether introspection and printing list the types by their names, and not in the order of their ids.
  package var listsTypesByName = false

  package init() {
    defineBuiltIns()
  }

  /// Starts with everything that a schema has, to add to it or to define parts of it anew.
  ///
  /// Ids of the schema keep their meaning.
  init(extending schema: Schema) {
    types = schema.types
    fields = schema.fields
    inputValues = schema.inputValues
    enumValues = schema.enumValues
    directives = schema.directives
    hasInterfaces = true
    description = schema.description
    takesListTexts = schema.takesListTexts
    listsTypesByName = schema.listedOrder != schema.types.indices.map { TypeID($0) }
    isDefined = Array(repeating: true, count: types.count)
    for (index, type) in types.enumerated() {
      typeIndex.insert(index, hash: NameHash.of(type.name.utf8Span.span))
    }
  }

  /// The id of the type of a name, reserved at the first call.
  package mutating func type(_ name: String) -> TypeID {
    if let known = knownType(name) { return known }
    let id = TypeID(types.count)
    typeIndex.insert(id.index, hash: NameHash.of(name.utf8Span.span))
    types.append(TypeDefinition(name: name, kind: .scalar))
    isDefined.append(false)
    return id
  }

  /// The id of the type of a name, if it was reserved.
  package func knownType(_ name: String) -> TypeID? {
    let index = typeIndex.find(hash: NameHash.of(name.utf8Span.span)) {
      types[$0].name.hasSameBytes(as: name.utf8Span.span)
    }
    return index.map { TypeID($0) }
  }

  /// Whether a type was defined already, not just reserved.
  package func isDefined(_ id: TypeID) -> Bool { isDefined[id.index] }

  /// Lets a defined type be defined again.
  package mutating func reopen(_ id: TypeID) {
    isDefined[id.index] = false
  }

  /// Says that the object types that are defined from here on are the last, such as root types.
  ///
  /// Those have a field for each table, so they change whenever a table comes or goes: where they are
  /// last, they can be taken away again without a gap.
  package mutating func beginTail() { tailStart = fields.count }

  /// Makes a schema that this builder has built the start of another, which shares what it has.
  ///
  /// The ids of types keep their meaning, and so do those of members but the fields of the tail, whose
  /// types have to be defined again. Types that are reopened get other members; what they had before
  /// stays unused.
  package mutating func `continue`(from schema: Schema) {
    types = schema.types
    fields = schema.fields
    inputValues = schema.inputValues
    enumValues = schema.enumValues
    directives = schema.directives
    base = schema
    defined = []
    guard let tailStart else { return }
    for root in [schema.queryType, schema.mutationType, schema.subscriptionType] {
      if let root, types[root.index].fields.lowerBound >= tailStart {
        isDefined[root.index] = false
      }
    }
    fields.truncate(to: tailStart)
  }

  package var fieldCount: Int { fields.count }

  /// Whether all types of some ids are defined.
  package func areDefined(_ ids: [TypeID]) -> Bool { ids.allSatisfy { isDefined[$0.index] } }

  var firstUndefinedType: String? {
    isDefined.firstIndex(of: false).map { types[$0].name }
  }

  package mutating func defineScalar(
    _ id: TypeID,
    description: String? = nil,
    specifiedByURL: String? = nil
  ) {
    define(id, as: .scalar, description) { $0.specifiedByURL = specifiedByURL }
  }

  /// The ids of the values, in their order.
  @discardableResult
  package mutating func defineEnum(
    _ id: TypeID,
    description: String? = nil,
    values: [EnumValueDefinition]
  ) -> Range<Int> {
    let range = enumValues.count..<enumValues.count + values.count
    enumValues.append(contentsOf: values)
    define(id, as: .enum, description) { $0.enumValues = range }
    return range
  }

  /// A list of arguments, for one field or for several that have the same.
  package mutating func inputValues(_ values: [InputValueDefinition]) -> Range<Int> {
    let range = inputValues.count..<inputValues.count + values.count
    inputValues.append(contentsOf: values)
    return range
  }

  /// The ids of the fields, in their order.
  @discardableResult
  package mutating func defineObject(
    _ id: TypeID,
    description: String? = nil,
    interfaces: [TypeID] = [],
    fields: [FieldDefinition]
  ) -> Range<Int> {
    let range = append(fields)
    define(id, as: .object, description) {
      $0.interfaces = interfaces
      $0.fields = range
    }
    return range
  }

  /// The ids of the fields, in their order.
  @discardableResult
  package mutating func defineInterface(
    _ id: TypeID,
    description: String? = nil,
    interfaces: [TypeID] = [],
    fields: [FieldDefinition]
  ) -> Range<Int> {
    let range = append(fields)
    define(id, as: .interface, description) {
      $0.interfaces = interfaces
      $0.fields = range
    }
    return range
  }

  package mutating func defineUnion(
    _ id: TypeID,
    description: String? = nil,
    members: [TypeID]
  ) {
    define(id, as: .union, description) { $0.possibleTypes = members }
  }

  /// The ids of the fields, in their order.
  @discardableResult
  package mutating func defineInputObject(
    _ id: TypeID,
    description: String? = nil,
    isOneOf: Bool = false,
    fields: [InputValueDefinition]
  ) -> Range<Int> {
    let range = inputValues(fields)
    define(id, as: .inputObject, description) {
      $0.isOneOf = isOneOf
      $0.inputFields = range
    }
    return range
  }

  /// Adds a directive; one of a built-in's name takes the place of the built-in.
  package mutating func defineDirective(_ directive: DirectiveDefinition) {
    let known = directives.firstIndex { $0.name.hasSameBytes(as: directive.name.utf8Span.span) }
    guard let known else { return directives.append(directive) }
    guard DirectiveID(known).isBuiltIn else {
      definedTwice = SchemaError(reason: .directiveDefinedTwice, name: directive.name)
      return
    }
    directives[known] = directive
  }

  private mutating func append(_ fields: [FieldDefinition]) -> Range<Int> {
    let range = self.fields.count..<self.fields.count + fields.count
    self.fields.append(contentsOf: fields)
    return range
  }

  private mutating func define(
    _ id: TypeID,
    as kind: TypeKind,
    _ description: String?,
    _ complete: (inout TypeDefinition) -> Void
  ) {
    if isDefined[id.index] {
      definedTwice = SchemaError(reason: .typeDefinedTwice, name: types[id.index].name)
    }
    isDefined[id.index] = true
    if base != nil { defined.append(id) }
    if kind == .interface { hasInterfaces = true }
    types[id.index].kind = kind
    types[id.index].description = description
    complete(&types[id.index])
  }

  // MARK: - The end

  /// The schema, if every type that was reserved is defined and the root types are object types.
  package consuming func build(
    query: TypeID?,
    mutation: TypeID? = nil,
    subscription: TypeID? = nil
  ) throws(SchemaError) -> Schema {
    if let definedTwice { throw definedTwice }
    if let name = firstUndefinedType { throw SchemaError(reason: .undefinedType, name: name) }
    for case let root? in [query, mutation, subscription] where types[root.index].kind != .object {
      throw SchemaError(reason: .rootTypeIsNoObject, name: types[root.index].name)
    }
    return assemble(RootTypes(query: query, mutation: mutation, subscription: subscription))
  }

  /// The schema as it stands; whether it is valid is for the caller to find out.
  consuming func assemble(_ roots: RootTypes) -> Schema {
    let order = listedOrder()
    collectPossibleTypes(order)
    markListedScalars()
    return Schema(
      Schema.Storage(
        description: description,
        takesListTexts: takesListTexts,
        types: types,
        fields: fields,
        inputValues: inputValues,
        enumValues: enumValues,
        directives: directives,
        roots: roots,
        listedOrder: order,
        typeIndex: typeIndex,
        tailStart: tailStart ?? fields.count,
        since: base.map { ($0, defined) }
      ),
      base: base
    )
  }

  /// Those of every schema first, as they are.
  private func listedOrder() -> [TypeID] {
    if let base, listsTypesByName { return listedOrder(after: base) }
    let order = types.indices.map { TypeID($0) }
    guard listsTypesByName else { return order }
    return order[..<TypeID.builtInCount] + sortedByName(TypeID.builtInCount..<types.count)
  }

  private func sortedByName(_ range: Range<Int>) -> [TypeID] {
    range.map { (name: types[$0].name, id: TypeID($0)) }
      .sorted { $0.name < $1.name }
      .map(\.id)
  }

  /// The order of the schema that was there, with the types in it that have come since.
  private func listedOrder(after base: Schema) -> [TypeID] {
    let new = sortedByName(base.types.count..<types.count)
    let known = base.listedOrder
    var order: [TypeID] = []
    order.reserveCapacity(types.count)
    var position = TypeID.builtInCount
    order += known[..<position]
    for id in new {
      let name = types[id.index].name
      var (low, high) = (position, known.count)
      while low < high {
        let middle = (low + high) / 2
        if types[known[middle].index].name < name { low = middle + 1 } else { high = middle }
      }
      order += known[position..<low]
      order.append(id)
      position = low
    }
    return order + known[position...]
  }

  private mutating func collectPossibleTypes(_ order: [TypeID]) {
    guard hasInterfaces else { return }
    for index in types.indices where types[index].kind == .interface {
      types[index].possibleTypes = []
    }
    for id in order where types[id.index].kind == .object {
      for interface in types[id.index].interfaces where types[interface.index].kind == .interface {
        // An invalid type may name an interface twice.
        guard types[interface.index].possibleTypes.last != id else { continue }
        types[interface.index].possibleTypes.append(id)
      }
    }
  }

  /// Introspection lists a built-in scalar only where something refers to it (§3.5).
  private mutating func markListedScalars() {
    // What a schema that was there has is marked in it.
    let first = (field: base?.tailStart ?? 0, input: base?.inputValues.count ?? 0)
    for index in first.field..<fields.count { list(fields[index].type.type) }
    for index in first.input..<inputValues.count { list(inputValues[index].type.type) }
  }

  mutating func list(_ type: TypeID) {
    if type.isBuiltInScalar, !types[type.index].isListed { types[type.index].isListed = true }
  }
}
