/// Makes the tables that find the members of types by their names.
///
/// One table is for the members of all types: a type has either fields, input fields or values, so an
/// entry's index needs no word about which array it is of. The fields of the tail have a table of
/// their own, for a schema that goes on from another has others.
struct MemberIndexing {
  private let types: SegmentedArray<TypeDefinition>
  private let fields: SegmentedArray<FieldDefinition>
  private let inputValues: SegmentedArray<InputValueDefinition>
  private let enumValues: SegmentedArray<EnumValueDefinition>
  private let tailStart: Int
  private(set) var members = NameIndex()
  private(set) var tail = NameIndex()

  init(
    _ types: SegmentedArray<TypeDefinition>,
    _ fields: SegmentedArray<FieldDefinition>,
    _ inputValues: SegmentedArray<InputValueDefinition>,
    _ enumValues: SegmentedArray<EnumValueDefinition>,
    tailStart: Int
  ) {
    self.types = types
    self.fields = fields
    self.inputValues = inputValues
    self.enumValues = enumValues
    self.tailStart = tailStart
  }

  mutating func addAll() {
    let count = types.reduce(0) {
      $0 + $1.fields.count + $1.inputFields.count + $1.enumValues.count
    }
    members = NameIndex(minimumCapacity: count)
    tail = NameIndex(minimumCapacity: fields.count - tailStart)
    for index in types.indices { add(index, types[index]) }
  }

  /// Adds to the table of a schema the members of types that have been defined since; what it says of
  /// members that are in no type any more is never found, for they are in no type's range.
  mutating func add(_ defined: [TypeID], to known: NameIndex) {
    members = known
    tail = NameIndex(minimumCapacity: fields.count - tailStart)
    for id in defined { add(id.index, types[id.index]) }
  }

  private mutating func add(_ owner: Int, _ type: TypeDefinition) {
    for index in type.fields {
      let hash = NameIndex.hash(fields[index].name.utf8Span.span, owner: owner)
      if index >= tailStart {
        tail.insert(index, hash: hash)
      } else {
        members.insert(index, hash: hash)
      }
    }
    for index in type.inputFields {
      let name = inputValues[index].name
      members.insert(index, hash: NameIndex.hash(name.utf8Span.span, owner: owner))
    }
    for index in type.enumValues {
      let name = enumValues[index].name
      members.insert(index, hash: NameIndex.hash(name.utf8Span.span, owner: owner))
    }
  }
}
