/// What keeps a ``SchemaBuilder`` from building a schema.
package struct SchemaError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// Something refers to a type that was never defined.
    case undefinedType
    case typeDefinedTwice
    case directiveDefinedTwice
    /// A root operation type that is no object type.
    case rootTypeIsNoObject
  }

  package let reason: Reason
  /// The name of the type or directive.
  package let name: String
}

extension SchemaError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .undefinedType: "Unknown type \"\(name)\"."
    case .typeDefinedTwice: "There can be only one type named \"\(name)\"."
    case .directiveDefinedTwice: "There can be only one directive named \"@\(name)\"."
    case .rootTypeIsNoObject: "Root type must be Object type, it cannot be \(name)."
    }
  }
}
