/// Compares fields pairwise: within a selection set, between a selection set and the fragments that
/// it spreads, and between fragments.
///
/// What was compared once is not compared again, and the work is bounded by a budget: fragments that
/// spread each other can make a small document ask for a huge number of comparisons.
struct OverlapSearch {
  struct Conflict {
    let name: NameID
    let reason: String
    let first: [NodeID]
    let second: [NodeID]
  }

  private let context: ValidationContext
  private var fields: FieldGroups
  private var budget = 500_000
  /// The selection sets whose fragments were looked up; only the first time costs.
  private var chargedSets: Set<Int> = []
  /// Whether they were compared as ones that exclude each other.
  private var comparedSets = PairTable()
  private var comparedFragments = PairTable()
  private var chargedOverlaps = PairTable()

  init(_ context: ValidationContext) {
    self.context = context
    fields = FieldGroups(context)
  }

  var isExhausted: Bool { budget < 0 }

  private mutating func spend(_ cost: Int) { budget -= cost }

  /// The conflicts that a selection set brings about.
  mutating func conflicts(within set: NodeID) -> [Conflict] {
    var conflicts: [Conflict] = []
    let id = fields.id(of: set)
    compareWithin(id, &conflicts)
    let spreadCount = fields.sets[id].spreads.count
    guard spreadCount > 1 || spreadCount == 1 && hasFields(id) else { return conflicts }
    let fragments = fragments(of: id)
    for (index, fragment) in fragments.enumerated() where !isExhausted {
      compare(id, with: fragment, areExclusive: false, &conflicts)
      for other in fragments.dropFirst(index + 1) where !isExhausted {
        compare(fragment, with: other, areExclusive: false, &conflicts)
      }
    }
    return conflicts
  }

  private func hasFields(_ set: Int) -> Bool { !fields.sets[set].groups.isEmpty }

  private mutating func fragments(of set: Int) -> [NodeID?] {
    let count = fields.sets[set].spreads.count
    guard count > 0 else { return [] }
    if chargedSets.insert(set).inserted { spend(count) }
    return fields.sets[set].fragments
  }

  // MARK: - Sets and fragments

  private mutating func compareWithin(_ id: Int, _ conflicts: inout [Conflict]) {
    for group in fields.sets[id].groups where group.fields.count > 1 {
      for index in group.fields.indices {
        for other in (index + 1)..<group.fields.count {
          if isExhausted { return }
          let conflict = compare(
            group.fields[index],
            group.fields[other],
            group.name,
            areExclusive: false
          )
          if let conflict { conflicts.append(conflict) }
        }
      }
    }
  }

  private mutating func compare(
    _ set: Int,
    with fragment: NodeID?,
    areExclusive: Bool,
    _ conflicts: inout [Conflict]
  ) {
    spend(1)
    guard hasFields(set), !isExhausted else { return }
    let other = Int(fragment?.raw ?? -1)
    if let before = comparedSets[set, other], areExclusive || !before { return }
    comparedSets[set, other] = areExclusive
    guard let fragment else { return }
    let otherSet = fields.id(ofFragment: fragment)
    let nested = fragments(of: otherSet)
    guard set != otherSet else { return }
    compare(set, otherSet, areExclusive: areExclusive, &conflicts)
    for inner in nested where !isExhausted {
      compare(set, with: inner, areExclusive: areExclusive, &conflicts)
    }
  }

  private mutating func compare(
    _ first: NodeID?,
    with second: NodeID?,
    areExclusive: Bool,
    _ conflicts: inout [Conflict]
  ) {
    spend(2)
    guard first != second, !isExhausted else { return }
    let one = Int(first?.raw ?? -1)
    let other = Int(second?.raw ?? -1)
    let (low, high) = (min(one, other), max(one, other))
    if let before = comparedFragments[low, high], areExclusive || !before { return }
    comparedFragments[low, high] = areExclusive
    guard let first, let second else { return }
    let firstSet = fields.id(ofFragment: first)
    let firstNested = fragments(of: firstSet)
    let secondSet = fields.id(ofFragment: second)
    let secondNested = fragments(of: secondSet)
    compare(firstSet, secondSet, areExclusive: areExclusive, &conflicts)
    for nested in secondNested where !isExhausted {
      compare(first, with: nested, areExclusive: areExclusive, &conflicts)
    }
    for nested in firstNested where !isExhausted {
      compare(nested, with: second, areExclusive: areExclusive, &conflicts)
    }
  }

  /// Compares the fields of the response names that both sets have.
  private mutating func compare(
    _ first: Int,
    _ second: Int,
    areExclusive: Bool,
    _ conflicts: inout [Conflict]
  ) {
    guard hasFields(first), hasFields(second) else { return }
    let count = fields.sets[first].groups.count
    if chargedOverlaps[first, second] == nil {
      chargedOverlaps[first, second] = true
      spend(count)
    }
    for group in 0..<count {
      let name = fields.sets[first].groups[group].name
      guard let otherGroup = fields.sets[second].index(of: name) else { continue }
      for index in fields.sets[first].groups[group].fields.indices {
        for other in fields.sets[second].groups[otherGroup].fields.indices {
          if isExhausted { return }
          let conflict = compare(
            fields.sets[first].groups[group].fields[index],
            fields.sets[second].groups[otherGroup].fields[other],
            name,
            areExclusive: areExclusive
          )
          if let conflict { conflicts.append(conflict) }
        }
      }
    }
  }

  // MARK: - Fields

  private mutating func compare(
    _ first: FieldGroups.Field,
    _ second: FieldGroups.Field,
    _ name: NameID,
    areExclusive: Bool
  ) -> Conflict? {
    spend(2)
    let isSame = first.field == second.field && first.name == second.name
    if isSame, first.isPlain, second.isPlain { return nil }
    let areExclusive = areExclusive || excludeEachOther(first, second)
    if let reason = difference(first, second, areExclusive: areExclusive) {
      // Telling of a conflict costs more than finding it.
      spend(10)
      return Conflict(name: name, reason: reason, first: [first.node], second: [second.node])
    }
    guard let firstSet = first.selectionSet, let secondSet = second.selectionSet else {
      return nil
    }
    let nested = compareSelections(
      fields.id(of: firstSet),
      fields.id(of: secondSet),
      areExclusive: areExclusive
    )
    return nested.isEmpty ? nil : summary(of: nested, name, first.node, second.node)
  }

  /// What keeps two fields themselves from being merged.
  private mutating func difference(
    _ first: FieldGroups.Field,
    _ second: FieldGroups.Field,
    areExclusive: Bool
  ) -> String? {
    if !areExclusive {
      if first.name != second.name {
        let one = Self.abbreviated(context.document.text(first.name))
        let other = Self.abbreviated(context.document.text(second.name))
        return "\"\(one)\" and \"\(other)\" are different fields"
      }
      spend(Int(min(first.argumentCount, second.argumentCount)))
      if first.arguments != second.arguments { return "they have differing arguments" }
    }
    guard first.field != second.field, let firstType = first.type, let secondType = second.type,
      conflicts(firstType, secondType)
    else { return nil }
    let one = context.schema.name(of: firstType)
    let other = context.schema.name(of: secondType)
    return "they return conflicting types \"\(one)\" and \"\(other)\""
  }

  /// Objects of different types cannot be in the same place at once.
  private func excludeEachOther(
    _ first: FieldGroups.Field,
    _ second: FieldGroups.Field
  ) -> Bool {
    guard let one = first.parent, let other = second.parent, one != other else { return false }
    return context.schema[one].kind == .object && context.schema[other].kind == .object
  }

  private mutating func compareSelections(
    _ first: Int,
    _ second: Int,
    areExclusive: Bool
  ) -> [Conflict] {
    var conflicts: [Conflict] = []
    let firstFragments = fragments(of: first)
    let secondFragments = fragments(of: second)
    compare(first, second, areExclusive: areExclusive, &conflicts)
    for fragment in secondFragments where !isExhausted {
      compare(first, with: fragment, areExclusive: areExclusive, &conflicts)
    }
    for fragment in firstFragments where !isExhausted {
      compare(second, with: fragment, areExclusive: areExclusive, &conflicts)
    }
    for one in firstFragments {
      for other in secondFragments where !isExhausted {
        compare(one, with: other, areExclusive: areExclusive, &conflicts)
      }
    }
    return conflicts
  }

  private mutating func conflicts(_ first: TypeReference, _ second: TypeReference) -> Bool {
    if first == second { return false }
    spend(1)
    if first.isNonNull != second.isNonNull { return true }
    if first.isNonNull { return conflicts(first.nullable, second.nullable) }
    switch (first.item, second.item) {
    case (let one?, let other?): return conflicts(one, other)
    case (nil, nil):
      let schema = context.schema
      return first.type != second.type
        && (schema[first.type].kind.isLeaf || schema[second.type].kind.isLeaf)
    default: return true
    }
  }

  // MARK: - Messages

  private static var maximumDetail: Int { 1000 }
  private static var maximumNodes: Int { 20 }

  static func abbreviated(_ text: String) -> String {
    text.utf8.count > maximumDetail ? String(text.prefix(maximumDetail)) + "..." : text
  }

  /// One conflict for all below two fields.
  private func summary(
    of conflicts: [Conflict],
    _ name: NameID,
    _ first: NodeID,
    _ second: NodeID
  ) -> Conflict {
    var reason = ""
    for conflict in conflicts {
      let field = Self.abbreviated(context.document.text(conflict.name))
      reason += reason.isEmpty ? "" : " and "
      reason += "subfields \"\(field)\" conflict because \(conflict.reason)"
      if reason.utf8.count > Self.maximumDetail { break }
    }
    return Conflict(
      name: name,
      reason: Self.abbreviated(reason),
      first: Self.nodes(first, conflicts.map(\.first)),
      second: Self.nodes(second, conflicts.map(\.second))
    )
  }

  private static func nodes(_ node: NodeID, _ conflicts: [[NodeID]]) -> [NodeID] {
    var nodes = [node]
    for fields in conflicts where nodes.count < maximumNodes {
      nodes += fields.suffix(maximumNodes - nodes.count)
    }
    return nodes
  }
}
