/// The place of a node in a ``Document``.
package struct NodeID: Hashable, Comparable, Sendable {
  let raw: Int32

  init(_ raw: Int32) {
    self.raw = raw
  }

  package static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }

  static var document: NodeID { NodeID(0) }
}

/// A name that occurs in a ``Document``: equal names have equal ids.
package struct NameID: Hashable, Comparable, Sendable {
  let raw: Int32

  package static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

/// A node of the syntax tree, linked to its first child and its next sibling.
///
/// All kinds share this one shape, so that a document is one array. Children of a node stand in the
/// order of the text: description, name, variables or arguments, type, value, directives, members.
struct Node: Sendable {
  enum Kind: UInt8, Hashable, Sendable {
    case document
    // Executable definitions and selections
    case operation, fragmentDefinition, variableDefinition, selectionSet, field, fragmentSpread
    case inlineFragment, argument, directive
    // Types
    case namedType, listType, nonNullType
    // Values
    case variable, int, float, string, blockString, boolean, null, enumValue, list, object
    case objectField
    // Type system definitions; `flag` says which of them are extensions
    case schemaDefinition, operationType, scalarDefinition, objectDefinition, interfaceDefinition
    case unionDefinition, enumDefinition, inputObjectDefinition, directiveDefinition
    case fieldDefinition, inputValueDefinition, enumValueDefinition, directiveLocation
  }

  var kind: Kind
  /// What else the kind has to say: the operation's kind, a boolean's value, whether a definition
  /// is an extension, whether a directive is repeatable.
  var flag: UInt8 = 0
  /// Byte offset of the first token.
  var start: Int32
  /// Byte offset of the name; of a literal, where it ends.
  var nameStart: Int32 = 0
  var name: Int32 = -1
  /// Of a field that has one.
  var alias: Int32 = -1
  var firstChild: Int32 = -1
  var next: Int32 = -1
}

extension Node.Kind {
  var isType: Bool { self == .namedType || self == .listType || self == .nonNullType }

  var isValue: Bool {
    rawValue >= Node.Kind.variable.rawValue && rawValue <= Node.Kind.object.rawValue
  }

  /// Whether it is a value that can stand for a list of itself.
  var isSingleValue: Bool { isValue && self != .list && self != .variable && self != .null }

  var isString: Bool { self == .string || self == .blockString }

  var isSelection: Bool { self == .field || self == .fragmentSpread || self == .inlineFragment }

  var isExecutable: Bool { self == .operation || self == .fragmentDefinition }

  /// Whether it defines or extends a named type.
  var definesType: Bool {
    rawValue >= Node.Kind.scalarDefinition.rawValue
      && rawValue <= Node.Kind.inputObjectDefinition.rawValue
  }
}
