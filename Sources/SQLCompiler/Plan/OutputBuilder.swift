/// Lays out the output of a plan: constants in one buffer, the members of each object side by side.
struct OutputBuilder {
  private(set) var fields: [OutputField] = []
  private(set) var keyCells: [Int32] = []
  private(set) var constants: [UInt8] = []

  /// The members of one object before they have their place; what they nest has its place already.
  struct Object {
    fileprivate var members: [OutputField] = []
  }

  mutating func add(_ key: String, _ content: OutputField.Content, to object: inout Object) {
    add("\(separator(object))\"\(key)\":", content, &object)
  }

  /// Adds a member whose value is a constant string; names need no escape.
  mutating func add(_ key: String, constant: String, to object: inout Object) {
    add("\(separator(object))\"\(key)\":\"\(constant)\"", .constant, &object)
  }

  /// Adds a member whose value is JSON as it stands.
  mutating func add(_ key: String, rawConstant: String, to object: inout Object) {
    add("\(separator(object))\"\(key)\":\(rawConstant)", .constant, &object)
  }

  /// Adds an element of a list.
  mutating func add(element content: OutputField.Content, to list: inout Object) {
    add(list.members.isEmpty ? "" : ",", content, &list)
  }

  /// Gives the object its place.
  mutating func place(_ object: Object) -> Range<Int32> {
    guard object.members.isEmpty else { return place(list: object) }
    // The brace that opens an object stands before its first member. Where `@skip` leaves none, it
    // stands alone.
    var empty = object
    add("{", .constant, &empty)
    return place(list: empty)
  }

  /// Gives a list its place.
  mutating func place(list: Object) -> Range<Int32> {
    let start = Int32(fields.count)
    fields += list.members
    return start..<Int32(fields.count)
  }

  mutating func place(keys: [Int32]) -> Range<Int32> {
    let start = Int32(keyCells.count)
    keyCells += keys
    return start..<Int32(keyCells.count)
  }

  private func separator(_ object: Object) -> String { object.members.isEmpty ? "{" : "," }

  private mutating func add(
    _ prefix: String,
    _ content: OutputField.Content,
    _ object: inout Object
  ) {
    let start = Int32(constants.count)
    constants += prefix.utf8
    object.members.append(
      OutputField(prefix: start..<Int32(constants.count), content: content)
    )
  }

  /// Makes fields, and what they nest, refer to cells that stand further right.
  mutating func shiftCells(of range: Range<Int32>, by distance: Int32) {
    // Members of one object may share the cells of their parent's key, which move once.
    var keys: Set<Range<Int32>> = []
    shiftCells(of: range, by: distance, collecting: &keys)
    for range in keys { shiftCells(ofKeys: range, by: distance) }
  }

  private mutating func shiftCells(
    of range: Range<Int32>,
    by distance: Int32,
    collecting keys: inout Set<Range<Int32>>
  ) {
    for index in range {
      switch fields[Int(index)].content {
      case .cell(let cell, let encoding):
        fields[Int(index)].content = .cell(cell + distance, encoding)
      case .count(let cell): fields[Int(index)].content = .count(cell + distance)
      case .flag(let cell): fields[Int(index)].content = .flag(cell + distance)
      case .text(let cell): fields[Int(index)].content = .text(cell + distance)
      case .nested(let inner), .list(let inner):
        shiftCells(of: inner, by: distance, collecting: &keys)
      case .many(_, let own), .one(_, let own), .aggregate(_, let own, _): keys.insert(own)
      // The keys of its join are shifted with the level.
      case .constant, .external, .remote: break
      }
    }
  }

  mutating func shiftCells(ofKeys range: Range<Int32>, by distance: Int32) {
    for index in range { keyCells[Int(index)] += distance }
  }
}
