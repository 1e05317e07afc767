/// Puts a ``Schema`` together, in any order: a type may be referred to before it is defined.
///
/// ``type(_:)`` reserves the id of a name, the `define…` functions say what it is, and
/// ``build(query:mutation:subscription:)`` checks that nothing was left open.
package struct SchemaBuilder {
  var types: [TypeDefinition] = []
  var fields: [FieldDefinition] = []
  var inputValues: [InputValueDefinition] = []
  var enumValues: [EnumValueDefinition] = []
  var directives: [DirectiveDefinition] = []
  private var isDefined: [Bool] = []
  private var typeIndex = NameIndex(minimumCapacity: 64)
  private var definedTwice: SchemaError?

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
  mutating func reopen(_ id: TypeID) {
    isDefined[id.index] = false
  }

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
    enumValues += values
    define(id, as: .enum, description) { $0.enumValues = range }
    return range
  }

  /// A list of arguments, for one field or for several that have the same.
  package mutating func inputValues(_ values: [InputValueDefinition]) -> Range<Int> {
    let range = inputValues.count..<inputValues.count + values.count
    inputValues += values
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
    self.fields += fields
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
    for (index, type) in types.enumerated() where !isDefined[index] {
      throw SchemaError(reason: .undefinedType, name: type.name)
    }
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
        typeIndex: typeIndex
      )
    )
  }

  /// Those of every schema first, as they are.
  private func listedOrder() -> [TypeID] {
    let order = types.indices.map { TypeID($0) }
    guard listsTypesByName else { return order }
    let own = order[TypeID.builtInCount...].sorted { types[$0.index].name < types[$1.index].name }
    return order[..<TypeID.builtInCount] + own
  }

  private mutating func collectPossibleTypes(_ order: [TypeID]) {
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
    for field in fields { list(field.type.type) }
    for value in inputValues { list(value.type.type) }
  }

  mutating func list(_ type: TypeID) {
    if type.isBuiltInScalar, !types[type.index].isListed { types[type.index].isListed = true }
  }
}
