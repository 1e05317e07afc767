package import JSON

/// Where a value stands in a response: response names and list indices from the root.
package struct ResponsePath: Hashable, Sendable {
  package private(set) var steps: [PathStep] = []

  package init() {}

  func appending(_ step: PathStep) -> ResponsePath {
    var path = self
    path.steps.append(step)
    return path
  }

  package var json: JSONValue {
    .array(
      steps.map { step in
        if case .index(let index) = step { return .number(JSONNumber(index)) }
        return .string(step.name ?? "")
      }
    )
  }
}
