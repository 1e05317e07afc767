import GraphQLCore
import JSON
import SQLCompiler

// Fields that are written in Swift, and the types of what they return.
extension SchemaAssembly {
  /// The fields that one of the root types shows, as far as their tables are there.
  mutating func nativeFields(
    of root: NativeField.Root
  ) throws(NameConflict) -> [(FieldDefinition, FieldBinding)] {
    var fields: [(FieldDefinition, FieldBinding)] = []
    for (index, native) in natives.enumerated()
    where native.roots.contains(root) && isShown(native) {
      let definition = FieldDefinition(
        name: native.name,
        description: native.description,
        arguments: try arguments(of: native),
        type: try reference(to: native.result)
      )
      fields.append((definition, .native(index)))
    }
    return fields
  }

  private func isShown(_ native: NativeField) -> Bool {
    let isComplete = native.requiredTables.allSatisfy { table($0) != nil }
    guard let name = native.result.table else { return isComplete }
    return isComplete && table(name).map { tables[$0].isVisible } ?? false
  }

  private mutating func arguments(of native: NativeField) throws(NameConflict) -> Range<Int> {
    guard !native.arguments.isEmpty else { return 0..<0 }
    var members = Members<InputValueDefinition, InputBinding>()
    for (index, argument) in native.arguments.enumerated() {
      var type: TypeReference
      if let enumeration = argument.enumeration {
        type = TypeReference(try define(enumeration))
      } else {
        type = TypeReference(try scalar(argument.scalar, for: 0))
      }
      if argument.isList { type = type.nonNull.list }
      members.append(
        InputValueDefinition(
          name: argument.name,
          description: argument.description,
          type: argument.isRequired ? type.nonNull : type,
          defaultValue: argument.defaultValue.map(ConstValue.init)
        ),
        .nativeArgument(index)
      )
    }
    return arguments(members.sorted)
  }

  private mutating func reference(to type: NativeType) throws(NameConflict) -> TypeReference {
    switch type {
    case .scalar(let name): return TypeReference(try scalar(name, for: 0))
    case .list(let element): return try reference(to: element).list
    case .nonNull(let inner): return try reference(to: inner).nonNull
    case .row(let name):
      guard let table = self.table(name) else {
        preconditionFailure("a field of a table that is not there is not shown")
      }
      return try reference(to: .object, of: table)
    case .object(let object): return TypeReference(try define(object))
    case .enumeration(let values): return TypeReference(try define(values))
    }
  }

  private mutating func define(_ enumeration: NativeEnum) throws(NameConflict) -> TypeID {
    if let known = nativeObjects[enumeration.name] { return known }
    let id = try claimShared(enumeration.name, for: 0)
    nativeObjects[enumeration.name] = id
    var values = Members<EnumValueDefinition, EnumBinding>()
    for value in enumeration.values {
      values.append(EnumValueDefinition(name: value.name, description: value.description), .none)
    }
    define(enumeration: id, description: enumeration.description, values)
    return id
  }

  private mutating func define(_ object: NativeObject) throws(NameConflict) -> TypeID {
    if let known = nativeObjects[object.name] { return known }
    let id = try claimShared(object.name, for: 0)
    nativeObjects[object.name] = id
    var fields = Members<FieldDefinition, FieldBinding>()
    for (index, member) in object.members.enumerated() {
      fields.append(
        FieldDefinition(
          name: member.name,
          description: member.description,
          type: try reference(to: member.type)
        ),
        .nativeMember(index)
      )
    }
    define(object: id, description: object.description, fields.sorted)
    return id
  }
}

extension ConstValue {
  /// A default value that was written as JSON.
  fileprivate init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .boolean(value)
    case .number(let number):
      self = number.int == nil ? .float(number.text) : .int(number.text)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(elements.map(ConstValue.init))
    case .object(let object):
      self = .object(
        object.members.map { ConstField(name: $0.key, value: ConstValue($0.value)) }
      )
    }
  }
}
