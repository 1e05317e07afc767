/// The kinds of named types (specification §3.4).
package enum TypeKind: UInt8, Hashable, Sendable {
  case scalar, object, interface, union, `enum`, inputObject

  package var isInput: Bool { self == .scalar || self == .enum || self == .inputObject }
  package var isOutput: Bool { self != .inputObject }
  package var isLeaf: Bool { self == .scalar || self == .enum }
  package var isAbstract: Bool { self == .interface || self == .union }
  package var isComposite: Bool { self == .object || isAbstract }
  /// Whether values of the type have fields that a selection can name.
  package var hasFields: Bool { self == .object || self == .interface }
}

/// A named type of a schema.
///
/// What it consists of lies in the flat arrays of the ``Schema``, at the ranges given here.
package struct TypeDefinition: Sendable {
  package let name: String
  package var description: String?
  package var kind: TypeKind
  /// Only of an input object: exactly one of its fields must be given.
  package var isOneOf = false
  /// Only of a scalar: where its format is written down.
  package var specifiedByURL: String?
  /// Of an object or interface, in the order of the definition.
  package var interfaces: [TypeID] = []
  /// The object types that a value of an interface or union can be.
  package var possibleTypes: [TypeID] = []
  /// Whether introspection lists it: built-in scalars that nothing refers to are left out.
  package var isListed = true

  private var firstField: Int32 = 0
  private var fieldCount: Int32 = 0
  private var firstInputField: Int32 = 0
  private var inputFieldCount: Int32 = 0
  private var firstEnumValue: Int32 = 0
  private var enumValueCount: Int32 = 0

  init(name: String, kind: TypeKind) {
    self.name = name
    self.kind = kind
  }

  /// In ``Schema/fields``.
  package internal(set) var fields: Range<Int> {
    get { Int(firstField)..<Int(firstField + fieldCount) }
    set { (firstField, fieldCount) = (Int32(newValue.lowerBound), Int32(newValue.count)) }
  }

  /// In ``Schema/inputValues``.
  package internal(set) var inputFields: Range<Int> {
    get { Int(firstInputField)..<Int(firstInputField + inputFieldCount) }
    set { (firstInputField, inputFieldCount) = (Int32(newValue.lowerBound), Int32(newValue.count)) }
  }

  /// In ``Schema/enumValues``.
  package internal(set) var enumValues: Range<Int> {
    get { Int(firstEnumValue)..<Int(firstEnumValue + enumValueCount) }
    set { (firstEnumValue, enumValueCount) = (Int32(newValue.lowerBound), Int32(newValue.count)) }
  }
}
