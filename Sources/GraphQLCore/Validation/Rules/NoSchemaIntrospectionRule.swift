/// Nothing of the schema is asked for; not a rule of the specification.
enum NoSchemaIntrospectionRule {
  static func check(_ context: inout ValidationContext) {
    for field in context.nodes(.field) {
      guard let type = context.info(field).knownType, type.type.isIntrospectionType else {
        continue
      }
      context.report(.introspectionDisabled(field: context.document.name(field)), at: field)
    }
  }
}
