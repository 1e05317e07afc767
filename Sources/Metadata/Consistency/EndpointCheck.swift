import JSON

/// Checks REST endpoints: that their queries are there, and that each path means one of them.
struct EndpointCheck {
  let metadata: Metadata
  let inspector: (any QueryInspector)?
  private(set) var inconsistencies: [InconsistentObject] = []
  /// Those whose queries can be run.
  private(set) var endpoints: [RESTEndpoint] = []

  init(_ metadata: Metadata, inspector: (any QueryInspector)?) {
    self.metadata = metadata
    self.inspector = inspector
    for endpoint in metadata.restEndpoints {
      if let failure = failure(of: endpoint) {
        inconsistencies.append(
          InconsistentObject(endpoint.object, "in endpoint \(endpoint.name): \(failure)")
        )
      } else {
        endpoints.append(endpoint)
      }
    }
    checkPaths()
    checkAmbiguity()
  }

  private func failure(of endpoint: RESTEndpoint) -> String? {
    guard let collection = metadata.queryCollection(named: endpoint.collection) else {
      return "collection with name \(endpoint.collection) does not exist"
    }
    guard let query = collection.query(named: endpoint.query) else {
      return "query with name \(endpoint.query) does not exist"
    }
    switch inspector?.outline(of: query.text) {
    case nil: return nil
    case .unreadable(let reason)?: return "parsing the graphql query failed: \(reason)"
    case .document(_, let definitions)? where definitions == 0:
      return "query with name \(endpoint.query) has no definitions."
    case .document(let operations, let definitions)?:
      guard definitions == 1, let operation = operations.first else {
        return "query with name \(endpoint.query) has multiple definitions."
      }
      return operation == .subscription
        ? "query with name \(endpoint.query) is a subscription" : nil
    }
  }

  private mutating func checkPaths() {
    for endpoint in endpoints.sorted(by: { $0.name.precedes($1.name) }) {
      let names = endpoint.segments.compactMap { segment in
        if case .variable(let name) = segment { name } else { nil }
      }
      if Set(names).count < names.count {
        inconsistencies.append(
          InconsistentObject(
            plain: endpoint.object,
            "Duplicate variables found in endpoint path: \(endpoint.url)"
          )
        )
      }
      if endpoint.segments.contains(where: { $0 == .literal("") || $0 == .variable("") }) {
        inconsistencies.append(
          InconsistentObject(
            plain: endpoint.object,
            "Empty segments or unnamed variables are not allowed: \(endpoint.url)"
          )
        )
      }
    }
  }

  // MARK: - Paths that mean several endpoints

  private mutating func checkAmbiguity() {
    let sorted = endpoints.sorted { $0.name.precedes($1.name) }
    var groups = Array(sorted.indices)
    for left in sorted.indices {
      for right in sorted.indices.dropFirst(left + 1) where sorted[left].meets(sorted[right]) {
        let (kept, merged) = (groups[left], groups[right])
        for index in groups.indices where groups[index] == merged { groups[index] = kept }
      }
    }
    for group in Set(groups).sorted() {
      let members = sorted.indices.filter { groups[$0] == group }.map { sorted[$0] }
      guard members.count > 1 else { continue }
      inconsistencies.append(
        InconsistentObject(
          ambiguous: members.map { object(of: $0) },
          "Ambiguous URL paths: \(members.map(\.url).joined(separator: ", "))"
        )
      )
    }
  }

  /// The endpoint with its query written out in the place of the query's name.
  private func object(of endpoint: RESTEndpoint) -> MetadataObject {
    var object = endpoint.object
    let query = metadata.queryCollection(named: endpoint.collection)?.query(named: endpoint.query)
    guard var definition = object.definition.object, let query else { return object }
    definition["definition"] = ["query": .string(query.text)]
    object.definition = .object(definition)
    return object
  }
}

extension RESTEndpoint {
  var object: MetadataObject {
    var definition = encoded().object ?? JSONObject()
    definition["comment"] = comment.map { .string($0) } ?? .null
    return MetadataObject(id: .restEndpoint(name), definition: .object(definition))
  }

  /// Whether some request would mean both.
  fileprivate func meets(_ other: RESTEndpoint) -> Bool {
    let (own, others) = (segments, other.segments)
    guard own.count == others.count, methods.contains(where: other.methods.contains) else {
      return false
    }
    return zip(own, others)
      .allSatisfy { left, right in
        guard case .literal(let left) = left, case .literal(let right) = right else { return true }
        return left.hasSameBytes(as: right)
      }
  }
}
