/// Checks a document against a schema (§5); what it finds is in the order of the text.
///
/// - Parameter suggests: whether messages may name what is like a wrong name. They tell a client
///   what the schema holds, so a server does without.
package func validate(
  _ document: Document,
  against schema: Schema,
  rules: [ValidationRule] = ValidationRule.specified,
  suggests: Bool = false,
  maximumErrors: Int = 100
) -> [ValidationError] {
  var context = ValidationContext(
    document,
    schema,
    suggests: suggests,
    maximumReports: max(1000, maximumErrors + 1)
  )
  if FragmentNesting.isTooDeep(context) {
    context.abort()
  } else {
    for rule in rules where !context.isAborted { rule.check(&context) }
  }
  return context.errors(maximum: maximumErrors)
}

extension ValidationContext {
  /// The errors with their places and paths, up to a limit.
  func errors(maximum: Int) -> [ValidationError] {
    let ordered =
      reports.count > maximum
      ? reports.sorted { ($0.anchor, $0.order) < ($1.anchor, $1.order) } : reports
    let shown = ordered.prefix(maximum)
    let locations = locations(of: shown.flatMap(\.offsets))
    let firstSpreads = shown.isEmpty ? [:] : firstSpreads()
    var errors = shown.map { report in
      ValidationError(
        reason: report.reason,
        locations: report.offsets.compactMap { locations[$0] },
        path: path(to: report.anchor, firstSpreads) + report.tail
      )
    }
    if ordered.count > maximum {
      errors.append(ValidationError(reason: .tooManyErrors, locations: [], path: []))
    }
    return errors
  }

  private func locations(of offsets: [Int32]) -> [Int32: SourceLocation] {
    var cursor = LocationCursor()
    var locations: [Int32: SourceLocation] = [:]
    let source = document.source
    for offset in Set(offsets).sorted() {
      locations[offset] = cursor.advance(to: Int(offset), in: source.span)
    }
    return locations
  }
}

/// How deep selections are when fragments are put in where they are spread.
///
/// A document that nests more than the parser allows would take the same limit by way of fragments.
enum FragmentNesting {
  static func isTooDeep(_ context: ValidationContext) -> Bool {
    guard !context.fragments.isEmpty else { return false }
    let limit = ParserLimits().maximumDepth
    var depths: [NodeID: Int] = [:]
    for definition in context.definitions where depth(of: definition.node, context, &depths) > limit
    {
      return true
    }
    return false
  }

  /// The depth of a definition, worked out for what it spreads first; cycles add nothing.
  private static func depth(
    of root: NodeID,
    _ context: ValidationContext,
    _ depths: inout [NodeID: Int]
  ) -> Int {
    if let known = depths[root] { return known }
    var path = [(node: root, spreads: spreads(in: root, context), next: 0)]
    var onPath: Set<NodeID> = [root]
    while let last = path.last {
      if last.next < last.spreads.count {
        path[path.count - 1].next += 1
        let target = last.spreads[last.next].fragment
        if depths[target] == nil, onPath.insert(target).inserted {
          path.append((target, spreads(in: target, context), 0))
        }
        continue
      }
      let own = ownDepth(of: last.node, context)
      depths[last.node] = last.spreads.reduce(own) {
        max($0, $1.depth + (depths[$1.fragment] ?? 0))
      }
      onPath.remove(last.node)
      path.removeLast()
    }
    return depths[root] ?? 0
  }

  private static func spreads(
    in definition: NodeID,
    _ context: ValidationContext
  ) -> [(fragment: NodeID, depth: Int)] {
    guard let range = context.definition(of: definition)?.nodes else { return [] }
    return context.nodes(.fragmentSpread, in: range)
      .compactMap { spread in
        context.fragments[context.document.nameID(spread)]
          .map { ($0, selectionDepth(of: spread, context)) }
      }
  }

  private static func ownDepth(of definition: NodeID, _ context: ValidationContext) -> Int {
    guard let range = context.definition(of: definition)?.nodes else { return 0 }
    return context.nodes(.selectionSet, in: range)
      .reduce(0) { max($0, selectionDepth(of: $1, context) + 1) }
  }

  /// How many selection sets are around a node.
  private static func selectionDepth(of node: NodeID, _ context: ValidationContext) -> Int {
    var depth = 0
    var current = context.parent(node)
    while let node = current {
      if context.document.kind(node) == .selectionSet { depth += 1 }
      current = context.parent(node)
    }
    return depth
  }
}
