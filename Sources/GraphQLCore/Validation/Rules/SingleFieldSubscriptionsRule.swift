/// A subscription selects one field at its root, unconditionally, and no introspection (§5.2.4.1).
enum SingleFieldSubscriptionsRule {
  static func check(_ context: inout ValidationContext) {
    guard let root = context.schema.subscriptionType else { return }
    for operation in context.operations
    where context.document.operationKind(operation.node) == .subscription {
      check(operation.node, root, &context)
    }
  }

  private static func check(
    _ operation: NodeID,
    _ root: TypeID,
    _ context: inout ValidationContext
  ) {
    var collector = RootFieldCollector(context, root)
    collector.collect(operation)
    let name = context.name(ofOperation: operation)
    if let first = collector.conditions.first {
      return context.report(
        .subscriptionFields(operation: name, .conditional),
        offsets: collector.conditions.map { context.start($0) },
        on: first
      )
    }
    if collector.groups.isEmpty, let set = context.document.selectionSet(of: operation) {
      context.report(.subscriptionFields(operation: name, .none), at: set)
    }
    let extra = collector.groups.dropFirst().flatMap { $0 }
    if let first = extra.first, !allowsSeveral(operation, context) {
      context.report(
        .subscriptionFields(operation: name, .several),
        offsets: extra.map { context.start($0) },
        on: first
      )
    }
    for group in collector.groups {
      guard let first = group.first, context.document.name(first).utf8.starts(with: "__".utf8)
      else { continue }
      context.report(
        .subscriptionFields(operation: name, .introspection),
        offsets: group.map { context.start($0) },
        on: first
      )
    }
  }
}

extension SingleFieldSubscriptionsRule {
  /// Whether the operation has the directive by which Hasura's tests lift the rule, in a schema that
  /// knows it.
  private static func allowsSeveral(_ operation: NodeID, _ context: ValidationContext) -> Bool {
    let document = context.document
    guard context.schema.directive(named: "_multiple_top_level_fields") != nil else {
      return false
    }
    return document.children(of: operation, .directive).contains {
      document.bytes(document.nameID($0)).isSame(as: "_multiple_top_level_fields")
    }
  }
}

/// The fields at the root of a subscription, and the conditions that must not be there.
private struct RootFieldCollector {
  private let context: ValidationContext
  private var indices: [NameID: Int] = [:]
  private var scope: FragmentScope
  private(set) var groups: [[NodeID]] = []
  private(set) var conditions: [NodeID] = []

  init(_ context: ValidationContext, _ root: TypeID) {
    self.context = context
    scope = FragmentScope(
      document: context.document,
      schema: context.schema,
      fragments: context.fragments,
      type: root
    )
  }

  mutating func collect(_ parent: NodeID) {
    let document = context.document
    guard let set = document.selectionSet(of: parent) else { return }
    var pending: [NodeID] = []
    var current = document.firstChild(of: set)
    while true {
      guard let selection = current else {
        guard let next = pending.popLast() else { return }
        current = document.next(after: next)
        continue
      }
      if let condition = condition(of: selection) {
        conditions.append(condition)
      } else if document.kind(selection) == .field {
        add(selection)
      } else if let inner = scope.content(of: selection) {
        pending.append(selection)
        current = document.firstChild(of: inner)
        continue
      }
      current = document.next(after: selection)
    }
  }

  /// The first `@skip`, else the first `@include`.
  private func condition(of selection: NodeID) -> NodeID? {
    let document = context.document
    let directives = document.children(of: selection, .directive)
    for name in ["skip", "include"] as [StaticString] {
      let found = directives.first { document.bytes(document.nameID($0)).isSame(as: name) }
      if let found { return found }
    }
    return nil
  }

  private mutating func add(_ field: NodeID) {
    let name = context.document.responseName(field)
    if let index = indices[name] {
      groups[index].append(field)
    } else {
      indices[name] = groups.count
      groups.append([field])
    }
  }
}
