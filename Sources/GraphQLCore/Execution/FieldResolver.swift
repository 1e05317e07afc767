package import JSON

/// What a resolver finds for a field, before the type system has its say.
package indirect enum ResolvedValue<Object: Sendable>: Sendable {
  case null
  /// A scalar or an enum value, as JSON.
  case leaf(JSONValue)
  case object(Object)
  case list([ResolvedValue])
  /// The resolver failed, with a message for the client.
  case failure(String)
}

/// A field that is to be resolved, with its arguments' values.
package struct ResolverRequest: Sendable {
  package let field: FieldID
  package let responseName: String
  package let arguments: [ArgumentValue]
  /// Where in the response the value will stand.
  package let path: ResponsePath
}

/// Finds the values of fields; the one thing that the executor does not know.
package protocol FieldResolver<Object>: Sendable {
  /// What stands for an object of the response until its fields are resolved.
  associatedtype Object: Sendable

  func resolve(_ request: ResolverRequest, of object: Object) async -> ResolvedValue<Object>

  /// The name of the object type of a value that is declared as an interface or union.
  func typeName(of object: Object) -> String?
}
