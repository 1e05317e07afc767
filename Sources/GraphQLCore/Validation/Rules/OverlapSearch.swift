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

  /// Two things that are compared, in this order.
  private struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  private let context: ValidationContext
  private var fields: FieldGroups
  private var budget = 500_000
  /// The fragments of a selection set, each once; nil for names that no fragment has.
  private var spreads: [Int: [NodeID?]] = [:]
  /// Whether the fields were compared as ones that exclude each other.
  private var comparedSets: [Pair: Bool] = [:]
  private var comparedFragments: [Pair: Bool] = [:]
  private var overlaps: [Pair: [NameID]] = [:]
  private var comparedArguments: [Pair: Bool] = [:]

  init(_ context: ValidationContext) {
    self.context = context
    fields = FieldGroups(context)
  }

  var isExhausted: Bool { budget < 0 }

  private mutating func spend(_ cost: Int) { budget -= cost }

  /// The conflicts that a selection set brings about.
  mutating func conflicts(within set: NodeID) -> [Conflict] {
    var conflicts: [Conflict] = []
    let id = fields.id(of: set, in: context.info(set).scopeType)
    compareWithin(id, &conflicts)
    let nodes = fields[id].spreads
    guard !nodes.isEmpty, !fields[id].groups.isEmpty || nodes.count > 1 else { return conflicts }
    let fragments = fragments(of: id)
    for (index, fragment) in fragments.enumerated() where !isExhausted {
      compare(id, with: fragment, areExclusive: false, &conflicts)
      for other in fragments.dropFirst(index + 1) where !isExhausted {
        compare(fragment, with: other, areExclusive: false, &conflicts)
      }
    }
    return conflicts
  }

  private mutating func fragments(of set: Int) -> [NodeID?] {
    if let known = spreads[set] { return known }
    var seen: Set<NodeID?> = []
    var result: [NodeID?] = []
    for spread in fields[set].spreads {
      spend(1)
      let fragment = context.fragments[context.document.nameID(spread)]
      if seen.insert(fragment).inserted { result.append(fragment) }
    }
    spreads[set] = result
    return result
  }

  // MARK: - Sets and fragments

  private mutating func compareWithin(_ id: Int, _ conflicts: inout [Conflict]) {
    for group in fields[id].groups where group.fields.count > 1 {
      for (index, field) in group.fields.enumerated() {
        for other in group.fields.dropFirst(index + 1) {
          if isExhausted { return }
          if let conflict = compare(field, other, group.name, areExclusive: false) {
            conflicts.append(conflict)
          }
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
    guard !fields[set].groups.isEmpty, !isExhausted else { return }
    let pair = Pair(first: set, second: Int(fragment?.raw ?? -1))
    if let before = comparedSets[pair], areExclusive || !before { return }
    comparedSets[pair] = areExclusive
    guard let fragment else { return }
    let other = fields.id(ofFragment: fragment)
    let nested = fragments(of: other)
    guard set != other else { return }
    compare(set, other, areExclusive: areExclusive, &conflicts)
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
    let pair = Pair(first: min(one, other), second: max(one, other))
    if let before = comparedFragments[pair], areExclusive || !before { return }
    comparedFragments[pair] = areExclusive
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

  private mutating func compare(
    _ first: Int,
    _ second: Int,
    areExclusive: Bool,
    _ conflicts: inout [Conflict]
  ) {
    guard !fields[first].groups.isEmpty, !fields[second].groups.isEmpty else { return }
    for name in overlap(first, second) {
      guard let left = fields[first][name], let right = fields[second][name] else { continue }
      for field in left {
        for other in right {
          if isExhausted { return }
          if let conflict = compare(field, other, name, areExclusive: areExclusive) {
            conflicts.append(conflict)
          }
        }
      }
    }
  }

  /// The response names that both sets have.
  private mutating func overlap(_ first: Int, _ second: Int) -> [NameID] {
    let pair = Pair(first: first, second: second)
    if let known = overlaps[pair] { return known }
    spend(fields[first].groups.count)
    let names = fields[first].groups.map(\.name).filter { fields[second][$0] != nil }
    overlaps[pair] = names
    return names
  }

  // MARK: - Fields

  private mutating func compare(
    _ first: FieldGroups.Field,
    _ second: FieldGroups.Field,
    _ name: NameID,
    areExclusive: Bool
  ) -> Conflict? {
    let document = context.document
    let areExclusive = areExclusive || excludeEachOther(first, second)
    spend(2)
    let firstType = first.field.map { context.schema[$0].type }
    let secondType = second.field.map { context.schema[$0].type }
    let firstName = document.nameID(first.node)
    let secondName = document.nameID(second.node)
    if first.isPlain, second.isPlain, first.field == second.field, firstName == secondName {
      return nil
    }
    func conflict(_ reason: String) -> Conflict {
      Conflict(name: name, reason: reason, first: [first.node], second: [second.node])
    }
    if !areExclusive {
      if firstName != secondName {
        let one = Self.abbreviated(document.text(firstName))
        let other = Self.abbreviated(document.text(secondName))
        return conflict("\"\(one)\" and \"\(other)\" are different fields")
      }
      if !haveSameArguments(first.node, second.node) {
        return conflict("they have differing arguments")
      }
    }
    if let firstType, let secondType, conflicts(firstType, secondType) {
      let one = context.schema.name(of: firstType)
      let other = context.schema.name(of: secondType)
      return conflict("they return conflicting types \"\(one)\" and \"\(other)\"")
    }
    guard let firstSet = document.selectionSet(of: first.node),
      let secondSet = document.selectionSet(of: second.node)
    else { return nil }
    let nested = compareSelections(
      fields.id(of: firstSet, in: firstType?.type),
      fields.id(of: secondSet, in: secondType?.type),
      areExclusive: areExclusive
    )
    return summary(of: nested, name, first.node, second.node)
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

  private mutating func haveSameArguments(_ first: NodeID, _ second: NodeID) -> Bool {
    let pair = Pair(first: Int(first.raw), second: Int(second.raw))
    if let known = comparedArguments[pair] { return known }
    let document = context.document
    let ones = Array(document.children(of: first, .argument))
    let others = Array(document.children(of: second, .argument))
    var areSame = ones.count == others.count
    for argument in ones where areSame {
      spend(1)
      let name = document.nameID(argument)
      let other = others.last { document.nameID($0) == name }
      areSame =
        other.map {
          document.areSameValues(document.value(of: argument), document.value(of: $0))
        } ?? false
    }
    comparedArguments[pair] = areSame
    return areSame
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
  ) -> Conflict? {
    guard !conflicts.isEmpty else { return nil }
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

extension Document {
  /// Whether two literals are the same, whatever the order of the fields in their objects.
  func areSameValues(_ first: NodeID?, _ second: NodeID?) -> Bool {
    guard let first, let second else { return first == second }
    guard kind(first) == kind(second) else { return false }
    switch kind(first) {
    case .variable, .enumValue: return nameID(first) == nameID(second)
    case .null: return true
    case .boolean: return self[first].flag == self[second].flag
    case .string, .blockString: return string(first).utf8.elementsEqual(string(second).utf8)
    case .list:
      let ones = Array(children(of: first))
      let others = Array(children(of: second))
      return ones.count == others.count
        && zip(ones, others).allSatisfy { areSameValues($0, $1) }
    case .object:
      let ones = children(of: first).sorted { nameID($0) < nameID($1) }
      let others = children(of: second).sorted { nameID($0) < nameID($1) }
      return ones.count == others.count
        && zip(ones, others)
          .allSatisfy { nameID($0) == nameID($1) && areSameValues(value(of: $0), value(of: $1)) }
    default:
      return source[literalRange(first)].elementsEqual(source[literalRange(second)])
    }
  }
}
