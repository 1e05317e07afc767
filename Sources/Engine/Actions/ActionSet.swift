package import Metadata

/// Actions, with the types of what they take and give.
package struct ActionSet: Hashable, Sendable {
  package var actions: [Action] = []
  package var types = CustomTypes()

  package init() {}

  /// Those of a document in which everything holds.
  package init(_ metadata: Metadata) {
    actions = metadata.actions
    types = metadata.customTypes
  }

  func object(named name: String) -> CustomTypes.Object? {
    types.objects.first { $0.name == name }
  }
}

/// A member of what an asynchronous action's field tells.
package enum ActionLogField: String, CaseIterable, Hashable, Sendable {
  case createdAt = "created_at"
  case errors
  case id
  case output
}
