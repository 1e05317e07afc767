package import JSON

/// What of a document holds in its databases, and what does not.
package struct Consistency: Sendable {
  /// In the order of the document: sources, tables, relationships, permissions.
  package fileprivate(set) var inconsistencies: [InconsistentObject]
  /// The document without what does not hold: what a schema is made of.
  package fileprivate(set) var metadata: Metadata

  package var isConsistent: Bool { inconsistencies.isEmpty }

  package init(of metadata: Metadata, in context: DatabaseContext) {
    self.metadata = metadata
    inconsistencies = []
    for (index, source) in metadata.sources.enumerated() {
      var checker = ConsistencyChecker(source, context: context)
      checker.check()
      self.metadata.sources[index] = checker.consistent
      inconsistencies += checker.inconsistencies
    }
  }

  /// `is_consistent` and `inconsistent_objects`.
  package func encoded() -> JSONValue {
    ["is_consistent": .bool(isConsistent), "inconsistent_objects": encodedObjects]
  }

  package var encodedObjects: JSONValue { .array(inconsistencies.map { $0.encoded() }) }
}
