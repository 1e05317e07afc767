/// The query whose answer the `introspect` cases compare.
enum IntrospectionQuery {
  static let text = """
    query IntrospectionQuery {
      __schema {
        description
        queryType { name kind }
        mutationType { name kind }
        subscriptionType { name kind }
        types { ...FullType }
        directives {
          name
          description
          isRepeatable
          locations
          args(includeDeprecated: true) { ...InputValue }
        }
      }
    }
    fragment FullType on __Type {
      kind
      name
      description
      specifiedByURL
      isOneOf
      fields(includeDeprecated: true) {
        name
        description
        args(includeDeprecated: true) { ...InputValue }
        type { ...TypeRef }
        isDeprecated
        deprecationReason
      }
      inputFields(includeDeprecated: true) { ...InputValue }
      interfaces { ...TypeRef }
      enumValues(includeDeprecated: true) {
        name
        description
        isDeprecated
        deprecationReason
      }
      possibleTypes { ...TypeRef }
    }
    fragment InputValue on __InputValue {
      name
      description
      type { ...TypeRef }
      defaultValue
      isDeprecated
      deprecationReason
    }
    fragment TypeRef on __Type {
      kind
      name
      ofType { ...TypeRef1 }
    }
    fragment TypeRef1 on __Type { kind name ofType { ...TypeRef2 } }
    fragment TypeRef2 on __Type { kind name ofType { ...TypeRef3 } }
    fragment TypeRef3 on __Type { kind name ofType { ...TypeRef4 } }
    fragment TypeRef4 on __Type { kind name ofType { ...TypeRef5 } }
    fragment TypeRef5 on __Type { kind name ofType { ...TypeRef6 } }
    fragment TypeRef6 on __Type { kind name ofType { ...TypeRef7 } }
    fragment TypeRef7 on __Type { kind name ofType { ...TypeRef8 } }
    fragment TypeRef8 on __Type { kind name ofType { ...TypeRef9 } }
    fragment TypeRef9 on __Type { kind name }
    """
}
