package import JSON

extension Operation {
  /// Writes the value of `__schema` or `__type`; the caller has written the key.
  package func introspect(
    _ field: CollectedField,
    _ variables: VariableValues,
    into writer: inout JSONWriter
  ) throws(FieldError) {
    var introspection = IntrospectionWriter(self, variables)
    try introspection.write(field, into: &writer)
  }
}
