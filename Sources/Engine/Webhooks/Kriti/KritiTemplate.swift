package import JSON

/// A template of the language Kriti, for those outside of the engine.
package enum KritiTemplate {
  /// The value of a template; nil where it cannot be read or filled in.
  package static func fill(_ template: String, _ variables: [String: JSONValue]) -> JSONValue? {
    try? KritiScope(variables: variables).value(template)
  }
}
