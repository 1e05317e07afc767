/// A type system: everything that a request may name, in flat arrays.
///
/// A schema is two references: it is copied, passed and shared for nothing, and never changes.
package struct Schema: Sendable {
  private let storage: Storage
  private var coercedDefaults: [InputValueID: InputValue] = [:]

  /// `base` is a schema whose input values this one has at the same ids.
  init(_ storage: Storage, base: Schema? = nil) {
    self.storage = storage
    var resolver = DefaultValueResolver(self, knowing: base?.coercedDefaults ?? [:])
    coercedDefaults = resolver.resolveAll(from: base?.inputValues.count ?? 0)
  }

  /// The same schema in which only these defaults are coerced.
  func with(coercedDefaults: [InputValueID: InputValue]) -> Schema {
    var copy = self
    copy.coercedDefaults = coercedDefaults
    return copy
  }

  /// The default of an argument or input field, coerced to its type; nil where there is none that
  /// fits, or it leads back to itself.
  package func coercedDefault(of id: InputValueID) -> InputValue? { coercedDefaults[id] }

  package var description: String? { storage.description }
  /// Whether texts such as `{a,b}` stand for lists of scalars, see ``ListText``.
  package var takesListTexts: Bool { storage.takesListTexts }
  package var types: SegmentedArray<TypeDefinition> { storage.types }
  /// Where the fields of the types begin that were defined last, see ``SchemaBuilder/beginTail()``.
  var tailStart: Int { storage.tailStart }
  var memberIndex: NameIndex { storage.memberIndex }
  /// The types in the order in which introspection and printing list them.
  var listedOrder: [TypeID] { storage.listedOrder }
  package var fields: SegmentedArray<FieldDefinition> { storage.fields }
  package var inputValues: SegmentedArray<InputValueDefinition> { storage.inputValues }
  package var enumValues: SegmentedArray<EnumValueDefinition> { storage.enumValues }
  package var directives: [DirectiveDefinition] { storage.directives }

  package var queryType: TypeID? { storage.queryType }
  package var mutationType: TypeID? { storage.mutationType }
  package var subscriptionType: TypeID? { storage.subscriptionType }

  package subscript(id: TypeID) -> TypeDefinition { storage.types[id.index] }
  package subscript(id: FieldID) -> FieldDefinition { storage.fields[id.index] }
  package subscript(id: InputValueID) -> InputValueDefinition { storage.inputValues[id.index] }
  package subscript(id: EnumValueID) -> EnumValueDefinition { storage.enumValues[id.index] }
  package subscript(id: DirectiveID) -> DirectiveDefinition { storage.directives[id.index] }

  /// Where what the arrays hold is kept, together with the tables to find it by name.
  final class Storage: Sendable {
    let description: String?
    let takesListTexts: Bool
    let types: SegmentedArray<TypeDefinition>
    let fields: SegmentedArray<FieldDefinition>
    let inputValues: SegmentedArray<InputValueDefinition>
    let enumValues: SegmentedArray<EnumValueDefinition>
    let directives: [DirectiveDefinition]
    let queryType: TypeID?
    let mutationType: TypeID?
    let subscriptionType: TypeID?
    let listedOrder: [TypeID]
    let typeIndex: NameIndex
    /// Of all members but the fields of the tail.
    let memberIndex: NameIndex
    /// Where the fields begin that are the tail: those of the types that were defined last.
    let tailStart: Int
    let tailIndex: NameIndex

    init(
      description: String?,
      takesListTexts: Bool,
      types: SegmentedArray<TypeDefinition>,
      fields: SegmentedArray<FieldDefinition>,
      inputValues: SegmentedArray<InputValueDefinition>,
      enumValues: SegmentedArray<EnumValueDefinition>,
      directives: [DirectiveDefinition],
      roots: RootTypes,
      listedOrder: [TypeID],
      typeIndex: NameIndex,
      tailStart: Int,
      since base: (schema: Schema, defined: [TypeID])?
    ) {
      self.description = description
      self.takesListTexts = takesListTexts
      self.types = types
      self.fields = fields
      self.inputValues = inputValues
      self.enumValues = enumValues
      self.directives = directives
      queryType = roots.query
      mutationType = roots.mutation
      subscriptionType = roots.subscription
      self.listedOrder = listedOrder
      self.typeIndex = typeIndex
      self.tailStart = tailStart
      var index = MemberIndexing(types, fields, inputValues, enumValues, tailStart: tailStart)
      if let base {
        index.add(base.defined, to: base.schema.memberIndex)
      } else {
        index.addAll()
      }
      memberIndex = index.members
      tailIndex = index.tail
    }
  }
}

/// The types at which operations start.
struct RootTypes: Hashable, Sendable {
  var query: TypeID?
  var mutation: TypeID?
  var subscription: TypeID?
}

// MARK: - Finding by name

extension Schema {
  package func type(named name: Span<UInt8>) -> TypeID? {
    let types = storage.types
    let index = storage.typeIndex.find(hash: NameHash.of(name)) {
      types[$0].name.hasSameBytes(as: name)
    }
    return index.map { TypeID($0) }
  }

  package func field(named name: Span<UInt8>, of type: TypeID) -> FieldID? {
    let range = storage.types[type.index].fields
    guard !range.isEmpty else { return nil }
    let fields = storage.fields
    let hash = NameIndex.hash(name, owner: type.index)
    let members =
      range.lowerBound >= storage.tailStart ? storage.tailIndex : storage.memberIndex
    let index = members.find(hash: hash) {
      range.contains($0) && fields[$0].name.hasSameBytes(as: name)
    }
    return index.map { FieldID($0) }
  }

  package func inputField(named name: Span<UInt8>, of type: TypeID) -> InputValueID? {
    let range = storage.types[type.index].inputFields
    guard !range.isEmpty else { return nil }
    let inputValues = storage.inputValues
    let hash = NameIndex.hash(name, owner: type.index)
    let index = storage.memberIndex.find(hash: hash) {
      range.contains($0) && inputValues[$0].name.hasSameBytes(as: name)
    }
    return index.map { InputValueID($0) }
  }

  package func enumValue(named name: Span<UInt8>, of type: TypeID) -> EnumValueID? {
    let range = storage.types[type.index].enumValues
    guard !range.isEmpty else { return nil }
    let enumValues = storage.enumValues
    let hash = NameIndex.hash(name, owner: type.index)
    let index = storage.memberIndex.find(hash: hash) {
      range.contains($0) && enumValues[$0].name.hasSameBytes(as: name)
    }
    return index.map { EnumValueID($0) }
  }

  package func argument(named name: Span<UInt8>, of field: FieldID) -> InputValueID? {
    argument(named: name, in: storage.fields[field.index].arguments)
  }

  package func argument(named name: Span<UInt8>, of directive: DirectiveID) -> InputValueID? {
    argument(named: name, in: storage.directives[directive.index].arguments)
  }

  /// Arguments are few, so they are looked through.
  private func argument(named name: Span<UInt8>, in range: Range<Int>) -> InputValueID? {
    let inputValues = storage.inputValues
    for index in range where inputValues[index].name.hasSameBytes(as: name) {
      return InputValueID(index)
    }
    return nil
  }

  package func directive(named name: Span<UInt8>) -> DirectiveID? {
    let directives = storage.directives
    for index in directives.indices where directives[index].name.hasSameBytes(as: name) {
      return DirectiveID(index)
    }
    return nil
  }

  package func type(named name: String) -> TypeID? { type(named: name.utf8Span.span) }

  package func field(named name: String, of type: TypeID) -> FieldID? {
    field(named: name.utf8Span.span, of: type)
  }

  package func inputField(named name: String, of type: TypeID) -> InputValueID? {
    inputField(named: name.utf8Span.span, of: type)
  }

  package func enumValue(named name: String, of type: TypeID) -> EnumValueID? {
    enumValue(named: name.utf8Span.span, of: type)
  }

  package func argument(named name: String, of field: FieldID) -> InputValueID? {
    argument(named: name.utf8Span.span, of: field)
  }

  package func argument(named name: String, of directive: DirectiveID) -> InputValueID? {
    argument(named: name.utf8Span.span, of: directive)
  }

  package func directive(named name: String) -> DirectiveID? {
    directive(named: name.utf8Span.span)
  }
}
