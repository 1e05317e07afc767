import JSON

/// SQL with arguments, whose rows are of a logical model.
package struct NativeQuery: Hashable, Sendable {
  package struct Argument: Hashable, Sendable {
    package var name: String
    package var type: String
    package var isNullable: Bool
    package var description: String?
  }

  /// What the code is made of.
  package enum Part: Hashable, Sendable {
    case text(String)
    /// An argument, by its index.
    case argument(Int)
  }

  package var rootField: String
  package var code: String
  package var arguments: [Argument]
  /// The name of the logical model; of one that stands in the query, the query's own.
  package var model: String
  /// The logical model where it stands in the query, and is nobody else's.
  package var inlineModel: LogicalModel?
  package var description: String?
  /// Relationships to tables and to other native queries, all of them manual.
  package var objectRelationships: [Relationship]
  package var arrayRelationships: [Relationship]

  package var hasRelationships: Bool {
    !objectRelationships.isEmpty || !arrayRelationships.isEmpty
  }

  package func relationship(named name: String) -> Relationship? {
    (objectRelationships + arrayRelationships).first { $0.name.hasSameBytes(as: name) }
  }
}

extension NativeQuery {
  /// Why the code is no code.
  package enum CodeFailure: Error, Hashable {
    case unclosedArgument
    case unknownArgument(String)

    var message: String {
      switch self {
      case .unclosedArgument: "Found '{{' without a matching closing '}}'"
      case .unknownArgument(let name):
        "the argument \"\(name)\" of the code is not declared"
      }
    }
  }

  /// The code with the places of its arguments.
  package func parts() throws(CodeFailure) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(code)
    while let start = rest.indexOf("{{") {
      let after = rest.index(start, offsetBy: 2)
      guard let end = rest[after...].indexOf("}}") else { throw .unclosedArgument }
      parts.append(.text(String(rest[..<start])))
      let name = rest[after..<end].filter { !$0.isWhitespace }
      guard let index = arguments.firstIndex(where: { $0.name == name }) else {
        throw .unknownArgument(name)
      }
      parts.append(.argument(index))
      rest = rest[rest.index(end, offsetBy: 2)...]
    }
    parts.append(.text(String(rest)))
    return parts
  }
}

extension Substring {
  fileprivate func indexOf(_ text: String) -> Index? {
    var position = startIndex
    while position < endIndex {
      if self[position...].hasPrefix(text) { return position }
      position = index(after: position)
    }
    return nil
  }
}
