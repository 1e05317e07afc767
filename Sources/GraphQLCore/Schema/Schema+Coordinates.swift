/// What a schema coordinate names (§3.14).
package enum SchemaElement: Hashable, Sendable {
  case namedType(TypeID)
  case field(FieldID)
  case inputField(InputValueID)
  case enumValue(EnumValueID)
  case fieldArgument(InputValueID)
  case directive(DirectiveID)
  case directiveArgument(InputValueID)
}

/// A coordinate into something that the schema does not have.
package struct CoordinateError: Error, Hashable, Sendable {
  package let message: String
}

extension Schema {
  /// What a coordinate names; nil where only the last part of it is missing.
  package func resolve(
    _ coordinate: SchemaCoordinate
  ) throws(CoordinateError) -> SchemaElement? {
    switch coordinate {
    case .type(let name):
      return listedType(name).map { .namedType($0) }
    case .member(let typeName, let name):
      return try member(named: name, of: try container(typeName))
    case .argument(let typeName, let fieldName, let name):
      let type = try container(typeName)
      guard self[type].kind.hasFields else {
        let expectation = "to be an object type or interface type."
        throw CoordinateError(message: "Expected \"\(typeName)\" \(expectation)")
      }
      guard let field = field(named: fieldName, of: type) else {
        throw CoordinateError(
          message: "Expected \"\(fieldName)\" to exist as a field of type \"\(typeName)\" in the"
            + " schema."
        )
      }
      return argument(named: name, of: field).map { .fieldArgument($0) }
    case .directive(let name):
      return directive(named: name).map { .directive($0) }
    case .directiveArgument(let directiveName, let name):
      guard let directive = directive(named: directiveName) else {
        throw CoordinateError(
          message: "Expected \"\(directiveName)\" to be defined as a directive in the schema."
        )
      }
      return argument(named: name, of: directive).map { .directiveArgument($0) }
    }
  }

  private func listedType(_ name: String) -> TypeID? {
    type(named: name).flatMap { self[$0].isListed ? $0 : nil }
  }

  private func container(_ name: String) throws(CoordinateError) -> TypeID {
    guard let type = listedType(name) else {
      throw CoordinateError(
        message: "Expected \"\(name)\" to be defined as a type in the schema."
      )
    }
    return type
  }

  private func member(
    named name: String,
    of type: TypeID
  ) throws(CoordinateError) -> SchemaElement? {
    switch self[type].kind {
    case .object, .interface: return field(named: name, of: type).map { .field($0) }
    case .inputObject: return inputField(named: name, of: type).map { .inputField($0) }
    case .enum: return enumValue(named: name, of: type).map { .enumValue($0) }
    case .scalar, .union:
      throw CoordinateError(
        message: "Expected \"\(self[type].name)\" to be an Enum, Input Object, Object or Interface"
          + " type."
      )
    }
  }
}
