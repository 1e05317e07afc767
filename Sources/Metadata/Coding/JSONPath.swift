import JSON

/// Where in a request something stands, as Hasura writes it: `$.args[0].table`.
package struct JSONPath: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  package var steps: [Step]

  package init(_ steps: [Step] = []) {
    self.steps = steps
  }

  /// The root of the request.
  package static let root = JSONPath()

  package func key(_ key: String) -> JSONPath { JSONPath(steps + [.key(key)]) }
  package func index(_ index: Int) -> JSONPath { JSONPath(steps + [.index(index)]) }
}

extension JSONPath: CustomStringConvertible {
  package var description: String {
    var text = "$"
    for step in steps {
      switch step {
      case .index(let index): text += "[\(index)]"
      case .key(let key) where key.isGraphQLName: text += ".\(key)"
      case .key(let key): text += "[\(JSONValue.string(key).text)]"
      }
    }
    return text
  }
}
